import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { sample } from './folder';

interface Truth {
  fps: number;
  /** Seconds between which the clip is good; null: only the costs tell. */
  win: [number, number] | null;
  cost: number[];
}

/** Costs this near look the same. */
const TIE = 0.1;

/** Fails unless the frame is a right choice: within the window (± 1 frame), or less than a tenth cost less. */
export async function assertRight(clip: string, frame: number | undefined): Promise<void> {
  const { fps, win, cost }: Truth = JSON.parse(await readFile(sample(`${clip}.truth.json`), 'utf8'));
  assert.ok(frame !== undefined, 'no best shot');
  if (win) {
    assert.ok(
      frame >= win[0] * fps - 1 && frame <= win[1] * fps + 1,
      `frame ${frame} is outside of ${win.join(' to ')} s`,
    );
  } else {
    const better = cost.filter((value) => value < (cost[frame] ?? Infinity) - TIE).length;
    assert.ok(better < cost.length / 10, `${better} of ${cost.length} frames cost less than frame ${frame}`);
  }
}
