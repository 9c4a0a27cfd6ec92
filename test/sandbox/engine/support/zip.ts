import { buffer } from 'node:stream/consumers';
import { ZipFile } from 'yazl';

/** A ZIP of the given files, packed. */
export async function zipOf(files: Record<string, Buffer>): Promise<Buffer> {
  const zip = new ZipFile();
  for (const [name, data] of Object.entries(files)) zip.addBuffer(data, name);
  zip.end();
  return buffer(zip.outputStream);
}
