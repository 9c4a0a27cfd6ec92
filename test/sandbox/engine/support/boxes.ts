import { readFile, writeFile } from 'node:fs/promises';

/** A box of an MP4 (ISO/IEC 14496-12, 4.2). */
export function boxOf(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(8 + content.length, 0);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, content]);
}

/** Numbers of four bytes each. */
export function words(...values: number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [at, value] of values.entries()) bytes.writeInt32BE(value | 0, at * 4);
  return bytes;
}

/**
 * Changes the contents of a box in a file whose table of contents comes last, so that no place in it moves.
 *
 * @param path Names of the boxes from the outside to the inside; `trak#2` is the second of its name.
 */
export async function changeBox(
  file: string,
  path: readonly string[],
  change: (content: Buffer) => Buffer,
): Promise<void> {
  await writeFile(file, changed(await readFile(file), path, change));
}

function changed(bytes: Buffer, path: readonly string[], change: (content: Buffer) => Buffer): Buffer {
  const [first, ...deeper] = path;
  if (first === undefined) return change(bytes);
  const [wanted = '', which = '1'] = first.split('#');
  const parts: Buffer[] = [];
  let seen = 0;
  for (let at = 0; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const name = bytes.toString('latin1', at + 4, at + 8);
    const content = bytes.subarray(at + 8, at + length);
    const hit = name === wanted && ++seen === Number(which);
    parts.push(boxOf(name, hit ? changed(content, deeper, change) : content));
    at += length;
  }
  if (seen < Number(which)) throw new Error(`There is no box ${first}.`);
  return Buffer.concat(parts);
}
