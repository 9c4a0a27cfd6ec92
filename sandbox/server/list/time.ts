/**
 * A time in a filter, as epoch seconds (docs/oz-api.md 2.6): seconds, milliseconds (11 digits or more), microseconds
 * (16 digits or more), ISO text, `now`, `today` (midnight UTC). Undefined when it is none of these.
 */
export function parseTime(text: string): number | undefined {
  const value = text.trim();
  if (/^-?\d+(\.\d+)?$/.test(value)) {
    const whole = (value.split('.')[0] ?? '').replace('-', '').length;
    if (whole >= 16) return Number(value) / 1e6;
    return whole >= 11 ? Number(value) / 1e3 : Number(value);
  }
  if (value.toLowerCase() === 'now') return Date.now() / 1000;
  if (value.toLowerCase() === 'today') return new Date().setUTCHours(0, 0, 0, 0) / 1000;
  if (!/^\d{4}-\d{2}-\d{2}/.test(value)) return undefined;
  // A plus sign that nobody escaped arrives as a space.
  const ms = Date.parse(value.replace(/ (\d{2}:\d{2})$/, '+$1'));
  return Number.isNaN(ms) ? undefined : ms / 1000;
}
