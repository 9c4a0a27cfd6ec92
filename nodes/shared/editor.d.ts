/**
 * The page our editor scripts run in. `@types/node-red` describes it well except for what came with Node-RED 3 and
 * 4: validators that answer with a sentence, labels of properties, and options of the typed input's validator.
 */

type OzEditor = import('node-red').EditorRED;
type OzProperties = import('node-red').EditorNodeProperties;
type OzNode<TProperties extends OzProperties> = import('node-red').EditorNodeInstance<TProperties> & {
  /** Absent until the dialog was opened once; of a password the editor only ever learns `has_<name>`. */
  credentials?: Readonly<Record<string, string | boolean>>;
  readonly _def: {
    category: string;
    defaults: Readonly<Record<string, OzDefinition>>;
    credentials?: Readonly<Record<string, OzDefinition>>;
  };
};

/** What the build tells the dialog of a property: see nodes/shared/properties/declaration.ts. */
interface OzFacts {
  name: string;
  kind?: string;
  value?: string | number | boolean;
  /** Of the config node that is chosen, or of the credential. */
  type?: string;
  types?: readonly string[];
  /** Full key of the label's text. */
  label: string;
  min?: number;
  max?: number;
  whole?: boolean;
  required?: boolean;
  when?: readonly Readonly<Record<string, readonly (string | number | boolean)[]>>[];
  check?: string;
  /** Defaults of flows that an earlier version saved. */
  was?: readonly { before: number; default: string | number | boolean }[];
  /** Whether its row is in the folded part of the dialog. */
  folded?: boolean;
}

/** What the editor holds of a property's definition. */
interface OzDefinition {
  value?: unknown;
  type?: string;
  label?: string;
  required?: boolean;
  validate?: OzValidator<unknown>;
  facts?: OzFacts;
}

type OzDeclarations = import('./properties/declaration').Declarations;

/** What the editor holds of a node: its properties by the table of the node. */
type OzSaved<P extends OzDeclarations> = {
  [N in keyof P as P[N] extends { kind: 'credential' } ? never : N]: P[N] extends { kind: 'flag' }
    ? boolean
    : P[N] extends { choices: readonly (infer C)[] }
      ? C
      : P[N] extends { kind: 'number' }
        ? number
        : string;
} & { [N in keyof P as P[N] extends { kind: 'typed' } ? `${N & string}Type` : never]: string };

/** The build replaces these by the literals of the node's properties: see tools/editor/script.mjs. */
declare const OZ_DEFAULTS: Readonly<Record<string, OzDefinition>>;
declare const OZ_CREDENTIALS: Readonly<Record<string, OzDefinition>>;

/** `true`, or the sentence that tells what is wrong. */
type OzVerdict = true | string;

/**
 * Runs with the dialog open and with it closed, so it relies on its arguments and on `this` only. It must declare
 * both parameters: by their number the editor knows that a string is a sentence.
 */
type OzValidator<TNode> = (this: TNode, value: unknown, options?: { label?: string }) => OzVerdict;

type OzNodeDefinition<TProperties extends OzProperties, TCredentials> = Omit<
  import('node-red').EditorNodeDef<TProperties, TCredentials>,
  'defaults' | 'credentials' | 'label' | 'labelStyle' | 'onadd' | 'oneditprepare' | 'oneditsave'
> & {
  defaults: Readonly<Record<string, OzDefinition>>;
  credentials?: Readonly<Record<string, OzDefinition>>;
  label: (this: OzNode<TProperties>) => string;
  labelStyle: (this: OzNode<TProperties>) => string;
  onadd?: (this: OzNode<TProperties>) => void;
  oneditprepare?: (this: OzNode<TProperties>) => void;
  oneditsave?: (this: OzNode<TProperties>) => void;
};

/** The build replaces it by the fields that a definition does not name itself: see tools/editor/script.mjs. */
declare const OZ_COMMON: Pick<
  OzNodeDefinition<OzProperties, undefined>,
  | 'category'
  | 'color'
  | 'inputs'
  | 'outputs'
  | 'icon'
  | 'paletteLabel'
  | 'labelStyle'
  | 'inputLabels'
  | 'outputLabels'
  | 'onadd'
  | 'oneditprepare'
  | 'oneditsave'
>;

/** A node of a flow, as far as our scripts change it. */
interface OzFlowNode {
  type: string;
  /** Its tab or subflow. */
  z?: string;
  server?: string;
  changed?: boolean;
  dirty?: boolean;
  readonly _def: { defaults: object };
}

declare const RED: Omit<
  OzEditor,
  'nodes' | 'settings' | 'validators' | 'history' | 'editor' | 'workspaces'
> & {
  history: { push(event: object): void };
  editor: { validateNode(node: object): boolean };
  nodes: Omit<OzEditor['nodes'], 'registerType' | 'filterNodes' | 'workspace' | 'eachNode'> & {
    eachNode(take: (node: OzFlowNode) => boolean | void): void;
    /** The tab with this id. */
    workspace(id: string): object | undefined;
    filterNodes(filter: { type?: string; z?: string }): { id: string; z: string }[];
    registerType<TProperties extends OzProperties, TCredentials = undefined>(
      type: string,
      definition: OzNodeDefinition<TProperties, TCredentials>,
    ): void;
  };
  workspaces: { active(): string };
  tourGuide: { run(url: string): void };
  settings: OzEditor['settings'] & {
    context?: { default: string; stores: readonly string[] };
    getLocal(key: string): unknown;
    setLocal(key: string, value: string): void;
  };
  validators: Omit<OzEditor['validators'], 'typedInput'> & {
    /** `typeField`: name of the property that holds the type. */
    typedInput(options: { typeField: string; allowBlank?: boolean }): OzValidator<unknown>;
  };
};
