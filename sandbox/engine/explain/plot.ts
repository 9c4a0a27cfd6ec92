import type { ComponentName, FrameReport, MediaReport } from '../types';
import { WEIGHTS } from '../quality/weights';
import { GATE_WORDS } from './words';

const WIDTH = 960;
const LEFT = 96;
const RIGHT = 16;
const SCORE_HEIGHT = 150;
const ROW_HEIGHT = 30;
const GAP = 8;
const TOP = 22;

const COMPONENTS = Object.keys(WEIGHTS).filter((name): name is ComponentName => name in WEIGHTS);

/** What to know to read the plot; stands below it. */
export const PLOT_LEGEND =
  'A red band marks a frame that is kept out; point at it to see why. Each line runs from 0 (bad) to 1 (good). The score is the weighted geometric mean of the lines below it. Among frames about as good as the best, one in the middle of a good stretch is chosen.';

/** Colours of the plot; whoever shows it puts this into a style element. Follows the viewer's light or dark theme. */
export const PLOT_STYLE = `
.oz-plot{--ink:#1c2330;--soft:#6b7484;--grid:#dfe3ea;--line:#1f6fd6;--fill:#1f6fd622;--out:#d5483a33;--best:#12924f;display:block;width:100%;height:auto;font:12px system-ui,sans-serif}
@media(prefers-color-scheme:dark){.oz-plot{--ink:#e6e9ef;--soft:#98a2b3;--grid:#333b48;--line:#6aa9ff;--fill:#6aa9ff22;--out:#ff7a6b33;--best:#4fd68f}}
.oz-plot text{fill:var(--soft)}.oz-plot .name{fill:var(--ink)}.oz-plot .grid{stroke:var(--grid);fill:none}
.oz-plot .line{stroke:var(--line);stroke-width:1.6;fill:none}.oz-plot .area{fill:var(--fill);stroke:none}
.oz-plot .dot{fill:var(--line)}.oz-plot .out{fill:var(--out)}.oz-plot .best{stroke:var(--best);stroke-width:1.6}
.oz-plot .best-name{fill:var(--best);font-weight:600}`;

/**
 * Draws the scores of the sampled frames over time: the score, each component below it, the frames a gate kept
 * out, and the best shot. Returns an SVG element for a page that also has `PLOT_STYLE`.
 */
export function scorePlot({
  frames,
  bestShot,
  kind,
}: Pick<MediaReport, 'frames' | 'kind'> & { bestShot?: { frame: number } | undefined }): string {
  // Stills of a set have no time: there the axis counts pictures.
  const position = (frame: FrameReport): number => (kind === 'video' ? frame.timeMs / 1000 : frame.frame);
  const unit = kind === 'video' ? ' s' : '';
  const first = frames[0] ? position(frames[0]) : 0;
  const last = Math.max(first + 0.001, ...frames.map(position));
  const x = (frame: FrameReport): number =>
    LEFT + ((position(frame) - first) / (last - first)) * (WIDTH - LEFT - RIGHT);
  const height = TOP + SCORE_HEIGHT + COMPONENTS.length * (ROW_HEIGHT + GAP) + GAP + 18;
  const rows = COMPONENTS.map((name, index) => {
    const top = TOP + SCORE_HEIGHT + GAP + index * (ROW_HEIGHT + GAP);
    return row(name, frames, x, top, ROW_HEIGHT, (frame) => frame.components[name]);
  });
  const best = frames.find(({ frame }) => frame === bestShot?.frame);
  return [
    `<svg class="oz-plot" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="Scores of the frames over time">`,
    ...frames.map((frame, index) => gated(frame, x, frames[index - 1], frames[index + 1], height - 18)),
    row('score', frames, x, TOP, SCORE_HEIGHT, (frame) => frame.score),
    ...rows,
    best ? marker(x(best), height - 18, `frame ${best.frame}`) : '',
    ...ticks(first, last, unit, height),
    ...frames.map((frame) => dot(frame, x(frame), unit, position(frame))),
    '</svg>',
  ].join('\n');
}

type X = (frame: FrameReport) => number;

function row(
  name: string,
  frames: FrameReport[],
  x: X,
  top: number,
  height: number,
  value: (frame: FrameReport) => number | undefined,
): string {
  const bottom = top + height;
  const y = (share: number): number => bottom - share * height;
  // The line breaks where nothing was measured.
  const runs: FrameReport[][] = [[]];
  for (const frame of frames) {
    if (value(frame) === undefined) runs.push([]);
    else runs.at(-1)?.push(frame);
  }
  const lines = runs
    .filter((run) => run.length > 0)
    .map((run) => {
      const points = run.map((frame) => `${number(x(frame))},${number(y(value(frame) ?? 0))}`);
      const [from, to] = [run[0], run.at(-1)].map((frame) => (frame ? number(x(frame)) : ''));
      return `<path class="area" d="M${from},${bottom} L${points.join(' ')} L${to},${bottom} Z"/><polyline class="line" points="${points.join(' ')}"/>`;
    });
  return [
    `<path class="grid" d="M${LEFT},${top} H${WIDTH - RIGHT} M${LEFT},${bottom} H${WIDTH - RIGHT}"/>`,
    `<text class="name" x="${LEFT - 10}" y="${(top + bottom) / 2 + 4}" text-anchor="end">${name}</text>`,
    ...lines,
  ].join('');
}

/** A band behind a frame that a gate keeps out, half way to its neighbours. */
function gated(
  frame: FrameReport,
  x: X,
  before: FrameReport | undefined,
  after: FrameReport | undefined,
  bottom: number,
): string {
  if (frame.gate === undefined) return '';
  const from = before ? (x(before) + x(frame)) / 2 : x(frame) - 4;
  const to = after ? (x(after) + x(frame)) / 2 : x(frame) + 4;
  const title = `frame ${frame.frame}: ${GATE_WORDS[frame.gate]}`;
  return `<rect class="out" x="${number(from)}" y="${TOP}" width="${number(to - from)}" height="${bottom - TOP}"><title>${title}</title></rect>`;
}

function marker(x: number, bottom: number, name: string): string {
  const anchor = x > WIDTH - 120 ? 'end' : x < LEFT + 80 ? 'start' : 'middle';
  return `<path class="best" d="M${number(x)},${TOP - 4} V${bottom}"/><text class="best-name" x="${number(x)}" y="13" text-anchor="${anchor}">best shot, ${name}</text>`;
}

function dot(frame: FrameReport, x: number, unit: string, position: number): string {
  const why = frame.gate ? `, ${GATE_WORDS[frame.gate]}` : '';
  const y = TOP + SCORE_HEIGHT * (1 - frame.score);
  return `<circle class="dot" cx="${number(x)}" cy="${number(y)}" r="3"><title>frame ${frame.frame}, ${number(position)}${unit}: ${frame.score.toFixed(3)}${why}</title></circle>`;
}

const TICKS = 6;

function ticks(first: number, last: number, unit: string, height: number): string[] {
  return Array.from({ length: TICKS }, (_, index) => {
    const share = index / (TICKS - 1);
    const x = LEFT + share * (WIDTH - LEFT - RIGHT);
    const value = first + share * (last - first);
    const text = unit === '' ? String(Math.round(value)) : value.toFixed(1);
    return `<text x="${number(x)}" y="${height - 4}" text-anchor="middle">${text}${unit}</text>`;
  });
}

function number(value: number): string {
  return String(Math.round(value * 100) / 100);
}
