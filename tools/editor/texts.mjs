/** Keys of the catalogues, for what is built out of the nodes' property tables. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const PACKAGE = '@ozflow/node-red-oz';

/**
 * The texts of a node's properties. Each function returns a full key, or `undefined` where the English catalogue has no
 * such text.
 */
export function textsOf(root, node) {
  const catalogues = new Map();
  const catalogue = (owner) => {
    if (!catalogues.has(owner)) {
      const file = join(root, 'nodes', owner, 'locales/en-US', `${owner}.json`);
      catalogues.set(owner, JSON.parse(readFileSync(file, 'utf8')));
    }
    return catalogues.get(owner);
  };
  const english = (owner, path) =>
    path
      .split('.')
      .reduce((inner, name) => (typeof inner === 'object' ? inner?.[name] : undefined), catalogue(owner));
  const full = (owner, path) => {
    const text = english(owner, path);
    if (text === undefined) return undefined;
    return typeof text === 'string' ? `${PACKAGE}/${owner}:${path}` : undefined;
  };
  /** The key under a heading, or the one the table names in full. */
  const find = (name, entry, heading) => {
    const named = entry[heading];
    if (named?.includes(':')) return named;
    const key = full(entry.from ?? node, named ?? `${heading}.${name}`);
    if (key === undefined && named !== undefined) throw new Error(`${node}: no text ${named}`);
    return key;
  };
  return {
    label(name, entry) {
      const key = find(name, entry, 'label');
      if (key === undefined) throw new Error(`${node}: no text label.${name}`);
      return key;
    },
    /** A text of a catalogue by its path. */
    of: full,
    placeholder: (name, entry) => find(name, entry, 'placeholder'),
    unit: (name, entry) => full(entry.from ?? node, `unit.${name}`),
    hint: (name, entry) => full(entry.from ?? node, `hint.${name}`),
    /** A hint that belongs to one choice. */
    choiceHint: (name, entry, choice) => full(entry.from ?? node, `hint.${name}.${choice}`),
    choice(name, entry, choice) {
      const path = `${name}.${choice === '' ? 'any' : choice}`;
      const key = full(entry.from ?? node, path);
      if (key === undefined) throw new Error(`${node}: no text ${path}`);
      return key;
    },
    /** Whether a text holds markup. */
    isMarkup(key) {
      const [owner, path] = key.slice(PACKAGE.length + 1).split(':');
      return String(english(owner, path)).includes('<');
    },
  };
}
