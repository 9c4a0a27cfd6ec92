import type { Colours } from '../../face/image';

/** FFmpeg's names of matrices; all others are near BT.601, or BT.601 itself. */
const MATRICES: Readonly<Record<string, Colours['matrix']>> = {
  bt709: 'bt709',
  bt2020nc: 'bt2020',
  bt2020c: 'bt2020',
};

/** The colours of a film where a line tells them, as `Decoder` describes. */
export function coloursIn(line: string): Colours | undefined {
  const [, range, matrix] = /\bcolor_range:(\w+) color_space:(\w+)/.exec(line) ?? [];
  if (range === undefined || matrix === undefined) return undefined;
  return { fullRange: range === 'pc', matrix: MATRICES[matrix] ?? 'bt601' };
}
