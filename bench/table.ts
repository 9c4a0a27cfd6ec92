import { markdownTable } from 'markdown-table';

/** A Markdown table, readable in a terminal and in docs/ alike: text to the left, numbers in all other columns to the right. */
export const table = (head: string[], rows: string[][]): string =>
  markdownTable([head, ...rows], { align: head.map((_, column) => (column === 0 ? 'left' : 'right')) });

/** `part` of `whole` as a percentage. */
export function percent(part: number, whole: number): string {
  return whole === 0 ? '–' : `${((100 * part) / whole).toFixed(1)} %`;
}
