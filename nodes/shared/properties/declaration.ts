/**
 * How a node declares what its flows save: one plain entry per property, in the order of the dialog's rows. These tables
 * are the source of the runtime's typed readers (options.ts), of the dialog's rows, defaults and validators
 * (tools/editor), of the tables in docs/flow-properties.md, and of what the tests expect.
 *
 * Texts are found by the property's name in the catalogue of the node, or of `from`: `label.<name>`; optionally
 * `hint.<name>`, `placeholder.<name>` and `unit.<name>`; for each choice, `<name>.<choice>`.
 */

/** Values of other properties, all of which must match: for each, those that count. */
type Condition = Readonly<Record<string, readonly (string | number | boolean)[]>>;

/** Validators that need more than the entry, by name: see `checks` in dialog.editor.ts and the nodes' editor scripts. */
type Check = 'webAddress' | 'tags' | 'someAnalysis' | 'serverUrl' | 'signIn' | 'credential' | 'metadata';

interface Common {
  /** What it is for, in Markdown for docs/flow-properties.md. */
  doc: string;
  /** Name of a Font Awesome 4.7 icon, for the row's label. */
  icon?: string;
  /** The node whose catalogue holds the texts; the node itself when left out. */
  from?: string;
  /** Key of a label or placeholder that is not found by the property's name. */
  label?: string;
  placeholder?: string;
  /** Which part of the template has its row: `<!-- rows <section> -->`; `<!-- rows -->` when left out. */
  section?: string;
  /** `own`: the row is written by hand in the template. */
  row?: 'own';
  /** A row below another one that it belongs to. */
  indent?: true;
  /** It counts only while one of these holds. Otherwise its row is hidden or greyed, and any value is valid. */
  when?: readonly Condition[];
  /** Its row stays, greyed, where `when` does not hold. */
  greyed?: true;
  /**
   * What its absence meant in flows saved before a version, oldest first. Whoever changes a default raises FLOW_VERSION
   * and names the old default here, so that saved flows keep their meaning.
   */
  was?: readonly { before: number; default: string | number | boolean }[] | undefined;
  /** No message overrides it. */
  fixed?: true;
  /** It must not be empty. */
  required?: true;
  check?: Check;
}

/** A check box. */
export interface Flag extends Common {
  kind: 'flag';
  default: boolean;
}

/** One of several words or numbers. */
export interface Choice extends Common {
  kind: 'choice';
  default: string | number;
  choices: readonly (string | number)[];
}

/** A number, saved as a number, as text or as `${ENV}`. */
export interface NumberIn extends Common {
  kind: 'number';
  default: number;
  min: number;
  max: number;
  whole?: true;
}

/** A line of text. */
export interface Text extends Common {
  kind: 'text';
  default: string;
}

/** A TypedInput; its type is saved as `<name>Type`. */
export interface Typed extends Common {
  kind: 'typed';
  default: string;
  type: string;
  /** What the dialog offers, in this order. */
  types: readonly string[];
  /** The dialog can fetch the values to choose from: see collections.editor.ts. */
  choose?: 'collections';
}

/** The id of a config node. */
export interface ConfigId extends Common {
  kind: 'config';
  type: string;
}

/** A credential: never part of a flow file. */
interface Credential extends Common {
  kind: 'credential';
  /** Whether the editor is only told that there is one. */
  secret: boolean;
}

/** Which version of this package saved the node: FLOW_VERSION. It has no row; a flow saved before there were versions has none, which is 0. */
interface Version extends Common {
  kind: 'version';
  default: number;
}

export type Declaration = Flag | Choice | NumberIn | Text | Typed | ConfigId | Credential | Version;

/** The version of what flows save, for all nodes. Raised when a default changes: see `was`. */
export const FLOW_VERSION = 1;

/** The default that a property had in flows saved by a version. */
export function defaultOf<T extends string | number | boolean>(
  { default: now, was = [] }: { default: T; was?: Common['was'] },
  version: number,
): T {
  const old = was.find(({ before }) => version < before);
  return old === undefined ? now : (old.default as T);
}

/** The properties of a node, or a group that several nodes share. */
export type Declarations = Readonly<Record<string, Declaration>>;

/** The group for a node that uses it only while `condition` holds. */
export function onlyWhen<P extends Declarations>(condition: Condition, group: P): P {
  const narrowed = Object.entries(group).map(([name, entry]) => [
    name,
    { ...entry, when: (entry.when ?? [{}]).map((other) => ({ ...condition, ...other })) },
  ]);
  return Object.fromEntries(narrowed) as P;
}

/** The group with its rows in another part of the template. */
export function inSection<P extends Declarations>(section: string, group: P): P {
  return Object.fromEntries(Object.entries(group).map(([name, entry]) => [name, { ...entry, section }])) as P;
}
