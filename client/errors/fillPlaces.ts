/**
 * Fills the `__name__` places of a text, as Node-RED's catalogues have them. Places without a parameter stay as they
 * are, so that a test finds them.
 */
export const fillPlaces = (text: string, params: Readonly<Record<string, string | number>>): string =>
  text.replace(/__(\w+?)__/g, (place, name: string) => String(params[name] ?? place));
