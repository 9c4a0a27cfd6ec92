import type { Page } from 'playwright-core';

/**
 * Texts of the open dialog that do not fit their place: labels and units that need a second line, options and
 * placeholders that are cut off. Shows all rows first, also those that depend on a choice.
 */
export function misfits(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const dialog = document.querySelector<HTMLElement>('.oz-dialog');
    if (dialog === null) return ['no dialog'];
    for (const fold of dialog.querySelectorAll('details')) fold.open = true;
    for (const part of dialog.querySelectorAll<HTMLElement>('[data-when]'))
      part.style.removeProperty('display');
    const pen = document.createElement('canvas').getContext('2d');
    const spare = (field: HTMLElement, text: string): number => {
      const style = getComputedStyle(field);
      if (pen !== null) pen.font = style.font;
      const padding = Number.parseFloat(style.paddingLeft) + Number.parseFloat(style.paddingRight);
      return field.clientWidth - padding - (pen?.measureText(text).width ?? 0);
    };
    const lines = (label: Element): number => {
      const content = document.createRange();
      content.selectNodeContents(label);
      return new Set([...content.getClientRects()].map(({ top }) => top)).size;
    };
    const labels = [...dialog.querySelectorAll('.form-row > label:not(.oz-check) > span, .oz-unit')]
      .filter((label) => lines(label) > 1)
      .map((label) => label.textContent ?? '');
    /** What the browser draws at the right end of a select. */
    const arrow = 18;
    // The names in the lists of config nodes are the user's and the editor's own.
    const options = [
      ...dialog.querySelectorAll<HTMLSelectElement>('select[data-i18n], select:has([data-i18n])'),
    ]
      .filter((field) => field.offsetParent !== null)
      .flatMap((field) => [...field.options].filter(({ text }) => spare(field, text) < arrow))
      .map(({ text }) => text);
    const placeholders = [...dialog.querySelectorAll('input')]
      .filter((field) => field.offsetParent !== null && spare(field, field.placeholder) < 0)
      .map((field) => field.placeholder);
    return [...labels, ...options, ...placeholders];
  });
}
