import type { Declaration, Declarations } from '../../../nodes/shared/properties/declaration';
import { NODE_TYPES, propertiesOf } from '../../support/properties';

/** How a user sets one property in a dialog, and what the flow then holds. */
export type Setting =
  | { property: string; set: string | boolean; saved?: unknown }
  /** A typed input: both its value and its type must survive. */
  | { property: string; type: string; value: string };

export interface NodeUnderTest {
  type: string;
  /** Every property but `server`, in an order in which each row is there when its turn comes. */
  settings: Setting[];
  /** What a flow may leave out, and what the dialog must show then. */
  defaults: Record<string, string | boolean>;
}

/** A value for each type of a typed input. */
const TYPED_VALUES: Record<string, string> = {
  msg: 'other.place',
  flow: 'place',
  global: 'place',
  str: 'some text',
  num: '1790000000',
  env: 'PLACE',
  json: '{"a":1}',
  jsonata: '$lookup(oz, "place")',
};

/** Texts that a dialog takes for this property only. */
const TEXTS: Record<string, string> = { customTags: 'photo_selfie, orientation_portrait', store: 'memory' };

/** A setting that differs from the default. */
function change(name: string, entry: Declaration): Setting[] {
  switch (entry.kind) {
    case 'flag':
      return [{ property: name, set: !entry.default }];
    case 'choice': {
      const other = entry.choices.findLast((choice) => choice !== entry.default);
      return [{ property: name, set: String(other), saved: other }];
    }
    case 'number':
      return [{ property: name, set: String(entry.default + 1) }];
    case 'text':
      return [{ property: name, set: TEXTS[name] ?? `My ${name}` }];
    case 'typed': {
      const type = entry.types.find((other) => other !== entry.type) ?? entry.type;
      return [{ property: name, type, value: TYPED_VALUES[type] ?? '' }];
    }
    case 'config':
    case 'credential':
    case 'version':
      return [];
  }
}

/**
 * Sets every property, from the last row to the first, since rows depend on choices above them; and before each, the
 * choices that make its row appear.
 */
function settingsOf(table: Declarations): Setting[] {
  return Object.entries(table)
    .toReversed()
    .flatMap(([name, entry]) => {
      const needed = Object.entries(entry.when?.[0] ?? {}).map(([other, [choice]]): Setting => {
        const set = typeof choice === 'boolean' ? choice : String(choice);
        return { property: other, set };
      });
      return [...needed, ...change(name, entry)];
    });
}

/** As an open dialog shows them. */
function defaultsOf(table: Declarations): Record<string, string | boolean> {
  return Object.fromEntries(
    Object.entries(table).flatMap(([name, entry]): [string, string | boolean][] => {
      if (!('default' in entry) || entry.kind === 'version' || name === 'name') return [];
      const shown = entry.kind === 'flag' ? entry.default : String(entry.default);
      return entry.kind === 'typed'
        ? [
            [name, shown],
            [`${name}Type`, entry.type],
          ]
        : [[name, shown]];
    }),
  );
}

/** The flow nodes, by what they declare. */
export const NODES: NodeUnderTest[] = NODE_TYPES.filter((type) => type !== 'oz-auth').map((type) => ({
  type,
  settings: settingsOf(propertiesOf(type)),
  defaults: defaultsOf(propertiesOf(type)),
}));
