import { nodeError } from './errors';
import {
  defaultOf,
  type Choice,
  type ConfigId,
  type Declaration,
  type Declarations,
  type Flag,
  type NumberIn,
  type Text,
} from './properties/declaration';

/** What a flow file may hold for a node: any of it may be missing or of the wrong type. */
export type Config = Readonly<Record<string, unknown>>;

/** A property whose value stands in the flow file itself. */
export type Plain = Flag | Choice | NumberIn | Text | ConfigId;

/** The type of a property's value. */
type ValueOf<D> = D extends { kind: 'flag' }
  ? boolean
  : D extends { kind: 'number' }
    ? number
    : D extends { kind: 'choice'; choices: readonly (infer C)[] }
      ? C
      : string;

/** The settings of a node. Each is read on access, and throws OZ_CONFIG if the flow holds an invalid value. */
export type Settings<P extends Declarations> = {
  readonly [N in keyof P as P[N] extends Plain ? N : never]: ValueOf<P[N]>;
};

/** Whether a flow file or a message holds a value. */
export const given = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

export const isPlain = (entry: Declaration): entry is Plain =>
  entry.kind !== 'typed' && entry.kind !== 'credential' && entry.kind !== 'version';

/** The settings as the flow saves them: the saved value before the default. */
export function settingsOf<P extends Declarations>(table: P, config: Config): Settings<P> {
  return lazily(table, (field, entry) =>
    isPlain(entry) ? () => savedValue(field, entry, config) : undefined,
  ) as Settings<P>;
}

/** An object whose fields are read on access; `this` is then the object that was accessed. */
export function lazily(
  table: Declarations,
  reader: (field: string, entry: Declaration) => ((this: never) => unknown) | undefined,
): object {
  const settings = {};
  for (const [field, entry] of Object.entries(table)) {
    const get = reader(field, entry);
    if (get !== undefined) Object.defineProperty(settings, field, { enumerable: true, get });
  }
  return settings;
}

/** The version of what a node's flow saved. */
export const versionOf = (config: Config): number => Number(config['version']) || 0;

const toNumber = (value: unknown): number =>
  typeof value === 'number'
    ? value
    : typeof value === 'string' && value.trim() !== ''
      ? Number(value)
      : Number.NaN;

/** The value as the property's kind requires; `undefined` when it is invalid. */
export function convert(entry: Plain, value: unknown): boolean | number | string | undefined {
  switch (entry.kind) {
    case 'flag':
      return typeof value === 'boolean' ? value : undefined;
    case 'number': {
      const number = toNumber(value);
      return number >= entry.min && number <= entry.max ? number : undefined;
    }
    case 'choice':
      return entry.choices.find((known) => known === value);
    case 'text':
    case 'config':
      return typeof value === 'string' ? value : undefined;
  }
}

/** Reads one setting of a flow file. Throws OZ_CONFIG for an invalid number or choice. */
export function savedValue(field: string, entry: Plain, config: Config): boolean | number | string {
  const saved = config[field];
  const fallback =
    entry.kind === 'config' ? '' : defaultOf<boolean | number | string>(entry, versionOf(config));
  if (!given(saved)) return fallback;
  if (entry.kind === 'flag') return saved === true || saved === 'true';
  const value = convert(entry, saved);
  if (value !== undefined) return value;
  if (entry.kind === 'number') throw nodeError('settingNumber', { field, min: entry.min, max: entry.max });
  if (entry.kind === 'choice')
    throw nodeError('settingInvalid', { field, value: String(saved).slice(0, 40) });
  return fallback;
}
