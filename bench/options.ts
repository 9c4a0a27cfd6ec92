import type { NodeRedMajor } from '../tools/launch/versions';

/** The command line says something that the benchmark cannot do. The message names the option and what it takes. */
class OptionError extends Error {
  override readonly name = 'OptionError';
}

/**
 * The number given to `--<name>`.
 * @throws OptionError for anything but a number from `min` to `max`, or, with `whole`, a whole one
 */
export function numberOption(
  name: string,
  text: string,
  { min, max = Infinity, whole = true }: { min: number; max?: number; whole?: boolean },
): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= min && value <= max && Number.isFinite(value) && (!whole || Number.isInteger(value)))
    return value;
  const range = max === Infinity ? `of at least ${min}` : `from ${min} to ${max}`;
  throw new OptionError(`--${name} ${text}: a ${whole ? 'whole ' : ''}number ${range} is expected`);
}

/** The word given to `--<name>`. @throws OptionError for any but the allowed ones */
export function wordOption<T extends string>(name: string, text: string, allowed: readonly T[]): T {
  const found = allowed.find((word) => word === text);
  if (found === undefined) throw new OptionError(`--${name} ${text}: expected ${allowed.join(', ')}`);
  return found;
}

/** The Node-RED that `--node-red` names. @throws OptionError */
export const nodeRedOption = (text: string): NodeRedMajor =>
  wordOption('node-red', text, ['4', '5']) === '5' ? 5 : 4;

/** Ends a benchmark that failed with exit code 1. What is wrong with an option is said without a stack. */
export function fail(error: unknown): void {
  // `parseArgs` throws a TypeError with a code for an option that it does not know.
  const isOptions = error instanceof OptionError || (error instanceof TypeError && 'code' in error);
  console.error(isOptions ? error.message : error);
  process.exitCode = 1;
}
