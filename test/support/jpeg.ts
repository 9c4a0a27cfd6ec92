import { strict as assert } from 'node:assert';

/** Asserts that bytes are a whole JPEG: its first and its last marker. */
export function assertJpeg(bytes: Uint8Array): void {
  assert.deepEqual([...bytes.subarray(0, 3)], [0xff, 0xd8, 0xff]);
  assert.deepEqual([...bytes.subarray(-2)], [0xff, 0xd9]);
}

/** Asserts that a URL answers with a JPEG, asked without any token. */
export async function assertJpegAt(url: unknown): Promise<void> {
  assert.equal(typeof url, 'string');
  const answer = await fetch(String(url));
  assert.equal(answer.status, 200);
  assert.equal(answer.headers.get('content-type'), 'image/jpeg');
  assertJpeg(new Uint8Array(await answer.arrayBuffer()));
}
