import { strict as assert } from 'node:assert';
import type { Container } from '@ozflow/oz-sandbox/engine/media/mediaTypes';
import type { Shot } from '@ozflow/oz-sandbox/engine/media/shot';
import { decode, DECODERS, type Decoded } from './decoders';

/** What the decoders of this machine give, after seeing that it is the same: frames, times, shapes and pictures. */
export async function decodedAlike(file: string, container: Container): Promise<Decoded> {
  const [first, second = first] = await Promise.all(DECODERS.map((name) => decode(name, file, container)));
  assert.ok(first && second);
  const outline = ({ frame, timeMs, image: { width, height } }: Shot): object => ({
    frame,
    timeMs,
    width,
    height,
  });
  assert.deepEqual(second.shots.map(outline), first.shots.map(outline));
  assert.deepEqual(second.facts, first.facts);
  for (const [at, shot] of first.shots.entries()) {
    const other = second.shots[at];
    assert.ok(other);
    assert.ok(meanDifference(shot.image.y, other.image.y) < 1, `luma of frame ${shot.frame}`);
    assert.ok(meanDifference(shot.image.u, other.image.u) < 1, `chroma of frame ${shot.frame}`);
    assert.ok(meanDifference(shot.image.v, other.image.v) < 1, `chroma of frame ${shot.frame}`);
  }
  return first;
}

/** How much two planes differ on average. */
export function meanDifference(one: Uint8Array, other: Uint8Array): number {
  assert.equal(other.length, one.length);
  let sum = 0;
  for (const [at, value] of one.entries()) sum += Math.abs(value - (other[at] ?? 0));
  return sum / one.length;
}
