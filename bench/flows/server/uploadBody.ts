import type { IncomingMessage } from 'node:http';

const EDGE_BYTES = 16 * 1024;

interface UploadBody {
  bytes: number;
  /** The first file name in the form. */
  filename: string | undefined;
  /** The JSON text of the part `payload`, when there is one. */
  payload: string | undefined;
}

/**
 * Reads a multipart upload as cheaply as can be: counts the bytes and keeps only the first and the last 16 kB, where
 * the part headers and the small `payload` part are. A full parser would make the server the slowest part of the
 * throughput figure.
 */
export async function readUpload(request: IncomingMessage): Promise<UploadBody> {
  let bytes = 0;
  let head = Buffer.alloc(0);
  let tail = Buffer.alloc(0);
  for await (const piece of request) {
    const chunk: Buffer = piece;
    bytes += chunk.length;
    if (head.length < EDGE_BYTES) head = Buffer.concat([head, chunk.subarray(0, EDGE_BYTES - head.length)]);
    tail =
      chunk.length >= EDGE_BYTES
        ? Buffer.from(chunk.subarray(chunk.length - EDGE_BYTES))
        : Buffer.concat([tail, chunk]).subarray(-EDGE_BYTES);
  }
  const start = head.toString('latin1');
  const filename = /filename="([^"]*)"/.exec(start)?.[1];
  return { bytes, filename, payload: payloadPart(start) ?? payloadPart(tail.toString('latin1')) };
}

function payloadPart(text: string): string | undefined {
  const part = /name="payload"(?:\r\n[^\r\n]+)*\r\n\r\n([\s\S]*?)\r\n--/.exec(text)?.[1];
  return part === undefined ? undefined : Buffer.from(part, 'latin1').toString('utf8');
}
