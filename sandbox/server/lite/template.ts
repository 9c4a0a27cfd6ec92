/** Marks a template as one of this sandbox; those of the real server mean nothing here. */
const START = Buffer.from('OZSBX1');

/** A face's description as opaque bytes, as `extract` returns it (docs/oz-api.md 5.6). */
export function encodeTemplate(descriptor: Float32Array): Buffer {
  const bytes = Buffer.alloc(START.length + descriptor.length * 4);
  START.copy(bytes);
  for (const [index, value] of descriptor.entries()) bytes.writeFloatLE(value, START.length + index * 4);
  return bytes;
}

/** The description in a template; undefined when these bytes are not ours. */
export function decodeTemplate(bytes: Buffer): Float32Array | undefined {
  const length = (bytes.length - START.length) / 4;
  if (!bytes.subarray(0, START.length).equals(START) || !Number.isInteger(length) || length === 0) {
    return undefined;
  }
  const descriptor = Float32Array.from({ length }, (_zero, index) =>
    bytes.readFloatLE(START.length + index * 4),
  );
  return descriptor.every(Number.isFinite) ? descriptor : undefined;
}
