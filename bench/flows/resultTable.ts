import { markdownTable } from 'markdown-table';
import { median } from 'simple-statistics';
import { FIGURES, type Figure, type FigureId, type Sample } from './figures';

/** A figure with the medians of what was measured. */
export interface Row {
  figure: Figure;
  palette: number;
  other?: number;
  /** Median of the ratios within one run, not the ratio of the medians. */
  ratio?: number;
  runs: number;
  /** Absent when the figure has no target. */
  met?: boolean;
}

/** Sums up the samples; figures without any are left out. */
export function rows(samples: ReadonlyMap<FigureId, readonly Sample[]>): Row[] {
  const found: Row[] = [];
  for (const id of samples.keys()) {
    const taken = samples.get(id) ?? [];
    if (taken.length > 0) found.push(row(FIGURES[id], taken));
  }
  const order = Object.values(FIGURES);
  return found.sort((a, b) => order.indexOf(a.figure) - order.indexOf(b.figure));
}

function row(figure: Figure, samples: readonly Sample[]): Row {
  const palette = median(samples.map((sample) => sample.palette));
  const others = samples.flatMap((sample) => (sample.other === undefined ? [] : [sample.other]));
  const ratios = samples.flatMap((sample) =>
    sample.other === undefined ? [] : [sample.palette / sample.other],
  );
  const summed: Row = { figure, palette, runs: samples.length };
  if (others.length > 0) {
    summed.other = median(others);
    summed.ratio = median(ratios);
  }
  const { target } = figure;
  const judged = target?.of === 'ratio' ? summed.ratio : palette;
  if (target !== undefined && judged !== undefined) {
    summed.met = judged <= (target.atMost ?? Infinity) && judged >= (target.atLeast ?? -Infinity);
  }
  return summed;
}

/** The table in Markdown: readable in a terminal and in docs/performance.md alike. */
export function markdown(found: readonly Row[]): string {
  return markdownTable([
    ['figure', 'unit', 'hand-wired', 'palette', 'ratio', 'target', ''],
    ...found.map((one) => [
      one.figure.title,
      one.figure.unit,
      one.other === undefined ? '–' : number(one.other) + unusual(one.figure.against),
      number(one.palette),
      one.ratio === undefined ? '–' : one.ratio.toFixed(2),
      target(one.figure),
      one.met === undefined ? '' : one.met ? 'met' : 'missed',
    ]),
  ]);
}

/** What the column says when it is not the hand-wired flow. */
function unusual(against: Figure['against']): string {
  return against === 'hand-wired' ? '' : ` (${against})`;
}

function target(figure: Figure): string {
  if (figure.target === undefined) return '–';
  const { of, atMost, atLeast } = figure.target;
  const unit = of === 'ratio' ? '×' : figure.unit;
  return atMost === undefined ? `≥ ${atLeast} ${unit}` : `≤ ${atMost} ${unit}`;
}

/** A number with three significant digits. */
function number(value: number): string {
  return value >= 100 ? value.toFixed(0) : value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
