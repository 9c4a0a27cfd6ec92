/**
 * Cuts a part out of a TensorFlow Lite model: the operators between some of its tensors. Used where a model has
 * operators that no common runtime knows; those are done in TypeScript, between the parts.
 *
 * A .tflite file is a FlatBuffer (schema.fbs of TensorFlow Lite). The file keeps its layout; the list of operators gets
 * shorter, lists of inputs and outputs are appended, and weights that the part does not need become zeros, which pack well.
 */

/** Numbers of the fields used, in the order of the schema. */
const MODEL = { subgraphs: 2, buffers: 4 };
const SUBGRAPH = { tensors: 0, inputs: 1, outputs: 2, operators: 3 };
const TENSOR = { buffer: 2 };
const OPERATOR = { inputs: 1, outputs: 2 };
const BUFFER = { data: 0 };

/**
 * @param {Buffer} model A model with one subgraph.
 * @param {number[]} inputs Numbers of the tensors that go into the part.
 * @param {number[]} outputs Numbers of the tensors that come out of it.
 * @returns {Buffer} The part, as a complete model.
 */
export function tflitePart(model, inputs, outputs) {
  let bytes = Buffer.from(model);
  const follow = (at) => at + bytes.readUInt32LE(at);
  /** Where a table's field is stored; 0 when it is not. */
  const field = (table, number) => {
    const layout = table - bytes.readInt32LE(table);
    const entry = 4 + 2 * number;
    const offset = entry < bytes.readUInt16LE(layout) ? bytes.readUInt16LE(layout + entry) : 0;
    return offset === 0 ? 0 : table + offset;
  };
  const vector = (table, number) => {
    const at = field(table, number);
    if (at === 0) return { at: 0, length: 0 };
    return { at: follow(at) + 4, length: bytes.readUInt32LE(follow(at)) };
  };
  const numbers = (table, number) => {
    const { at, length } = vector(table, number);
    return Array.from({ length }, (_, index) => bytes.readInt32LE(at + 4 * index));
  };
  const tables = (table, number) => {
    const { at, length } = vector(table, number);
    return Array.from({ length }, (_, index) => follow(at + 4 * index));
  };

  const root = follow(0);
  const [graph] = tables(root, MODEL.subgraphs);
  const operators = tables(graph, SUBGRAPH.operators).map((at) => ({
    at,
    inputs: numbers(at, OPERATOR.inputs).filter((tensor) => tensor >= 0),
    outputs: numbers(at, OPERATOR.outputs),
  }));
  const needed = new Set(outputs);
  const kept = [];
  // Operators stand in the order in which they run, so backwards everything is known to be needed in time.
  for (const operator of operators.toReversed()) {
    if (!operator.outputs.some((tensor) => needed.has(tensor) && !inputs.includes(tensor))) continue;
    kept.unshift(operator);
    for (const tensor of operator.inputs) needed.add(tensor);
  }

  const buffers = tables(root, MODEL.buffers);
  const bufferOf = (tensor) => {
    const at = field(tensor, TENSOR.buffer);
    return at === 0 ? 0 : bytes.readUInt32LE(at);
  };
  const tensors = tables(graph, SUBGRAPH.tensors);
  const used = new Set(tensors.filter((_, index) => needed.has(index)).map(bufferOf));
  for (const [index, buffer] of buffers.entries()) {
    const { at, length } = vector(buffer, BUFFER.data);
    if (!used.has(index)) bytes.fill(0, at, at + length);
  }

  const { at: list } = vector(graph, SUBGRAPH.operators);
  bytes.writeUInt32LE(kept.length, list - 4);
  kept.forEach((operator, index) => {
    const entry = list + 4 * index;
    bytes.writeUInt32LE(operator.at - entry, entry);
  });
  const append = (number, values) => {
    const start = Math.ceil(bytes.length / 4) * 4;
    const grown = Buffer.alloc(start + 4 + 4 * values.length);
    bytes.copy(grown);
    grown.writeUInt32LE(values.length, start);
    values.forEach((value, index) => grown.writeInt32LE(value, start + 4 + 4 * index));
    bytes = grown;
    const at = field(graph, number);
    bytes.writeUInt32LE(start - at, at);
  };
  append(SUBGRAPH.inputs, inputs);
  append(SUBGRAPH.outputs, outputs);
  return bytes;
}
