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
    defaults: Readonly<Record<string, OzPropertyFacts & { value: unknown }>>;
    credentials?: Readonly<Record<string, OzPropertyFacts>>;
  };
};

/** What a property's definition may say, whatever node it belongs to. */
interface OzPropertyFacts {
  type?: string;
  label?: string;
  required?: boolean;
  validate?: OzValidator<unknown>;
}

/** `true`, or the sentence that tells what is wrong. */
type OzVerdict = true | string;

/**
 * Runs with the dialog open and with it closed, so it relies on its arguments and on `this` only. It must declare
 * both parameters: by their number the editor knows that a string is a sentence.
 */
type OzValidator<TNode> = (this: TNode, value: unknown, options?: { label?: string }) => OzVerdict;

interface OzPropertyDefinition<TValue, TNode> {
  /** Value of a node just dragged in. */
  value: TValue | '';
  required?: boolean;
  /** Names the property in the editor's own sentences. */
  label?: string;
  /** For a property that holds the id of a config node: its type. */
  type?: string;
  validate?: OzValidator<TNode>;
}

type OzNodeDefinition<TProperties extends OzProperties, TCredentials> = Omit<
  import('node-red').EditorNodeDef<TProperties, TCredentials>,
  'defaults' | 'credentials' | 'oneditprepare'
> & {
  defaults: { [P in keyof TProperties]-?: OzPropertyDefinition<TProperties[P], OzNode<TProperties>> };
  /** Their validators run in the open dialog only. */
  credentials?: {
    [P in keyof TCredentials]: { type: 'text' | 'password'; validate?: OzValidator<OzNode<TProperties>> };
  };
  oneditprepare?: (this: OzNode<TProperties>) => void;
};

declare const RED: Omit<OzEditor, 'nodes' | 'settings' | 'validators'> & {
  nodes: Omit<OzEditor['nodes'], 'registerType' | 'filterNodes'> & {
    filterNodes(filter: { type?: string; z?: string }): { id: string; z: string }[];
    registerType<TProperties extends OzProperties, TCredentials = undefined>(
      type: string,
      definition: OzNodeDefinition<TProperties, TCredentials>,
    ): void;
  };
  tourGuide: { run(url: string): void };
  settings: OzEditor['settings'] & { context?: { default: string; stores: readonly string[] } };
  validators: Omit<OzEditor['validators'], 'typedInput'> & {
    /** `typeField`: name of the property that holds the type. */
    typedInput(options: { typeField: string; allowBlank?: boolean }): OzValidator<unknown>;
  };
};
