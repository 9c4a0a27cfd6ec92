import type { Node, NodeAPI } from 'node-red';
import { nodeError } from './errors';
import { isRecord, type OzMessage } from './message';
import { defaultOf, type Declarations, type Typed } from './properties/declaration';
import {
  convert,
  given,
  isPlain,
  lazily,
  savedValue,
  versionOf,
  type Config,
  type Plain,
  type Settings,
} from './settings';
import { answerOf } from './storeAnswer';

/** A TypedInput, evaluated for one message. */
export interface TypedReader {
  /**
   * Whether the value is what the flow's author typed into the node or set in the environment. All else (msg, flow,
   * global, jsonata, an override) a message may have brought.
   */
  readonly isAuthored: boolean;
  /** `undefined` when it is empty or what it points to is not there. */
  value(): Promise<unknown>;
  /** A value that must be a text, such as an id; numbers become text. */
  text(): Promise<string | undefined>;
}

/**
 * The settings that hold for one message: the message's override before the node's setting before the default
 * (docs/flow-properties.md). Reading throws OZ_INPUT for an unusable override, OZ_CONFIG for an unusable setting.
 */
export type Options<P extends Declarations> = Settings<P> & {
  readonly [N in keyof P as P[N] extends Typed ? N : never]: TypedReader;
};

/** What the options of one message are read from. */
interface OptionsSource {
  RED: NodeAPI;
  node: Node;
  config: Config;
  msg: OzMessage;
}

/** One for each table, because the options of each message inherit from it. */
const prototypes = new WeakMap<Declarations, object>();

/** Where an object of options holds what it reads from: no property of a node can be named so. */
const SOURCE = Symbol('source');

interface FromSource {
  readonly [SOURCE]: OptionsSource;
}

export function optionsOf<P extends Declarations>(table: P, source: OptionsSource): Options<P> {
  let prototype = prototypes.get(table);
  if (prototype === undefined) {
    prototype = readersOf(table);
    prototypes.set(table, prototype);
  }
  return Object.create(prototype, { [SOURCE]: { value: source } }) as Options<P>;
}

function readersOf(table: Declarations): object {
  return lazily(table, (field, entry) => {
    const overrideIn = ({ msg }: OptionsSource): unknown =>
      entry.fixed === true ? undefined : overrideOf(msg, field);
    if (entry.kind === 'typed') {
      return function (this: FromSource) {
        return typedReader(field, entry, overrideIn(this[SOURCE]), this[SOURCE]);
      };
    }
    if (!isPlain(entry)) return undefined;
    return function (this: FromSource) {
      const override = overrideIn(this[SOURCE]);
      return override === undefined
        ? savedValue(field, entry, this[SOURCE].config)
        : overriding(field, entry, override);
    };
  });
}

/** What a message itself says about a setting, `undefined` when nothing. */
export function overrideOf(msg: OzMessage, field: string): unknown {
  const oz: unknown = msg.oz;
  const options = isRecord(oz) && isRecord(oz['options']) ? oz['options'] : {};
  const short = field === 'timeout' ? msg.timeout : field === 'tags' && isRecord(oz) ? oz['tags'] : undefined;
  const value = field in options ? options[field] : short;
  return given(value) ? value : undefined;
}

function overriding(field: string, entry: Plain, override: unknown): boolean | number | string {
  const value = convert(entry, override);
  if (value !== undefined) return value;
  if (entry.kind === 'number') throw nodeError('overrideNumber', { field, min: entry.min, max: entry.max });
  throw nodeError('overrideInvalid', { field });
}

function typedReader(field: string, entry: Typed, override: unknown, source: OptionsSource): TypedReader {
  const value = async (): Promise<unknown> => {
    if (override !== undefined) return override;
    const saved = source.config[field];
    const savedType = source.config[`${field}Type`];
    const text = saved === undefined || saved === null ? defaultOf(entry, versionOf(source.config)) : saved;
    const type = typeof savedType === 'string' && savedType !== '' ? savedType : entry.type;
    // Numbers and objects get into flow files by hand or by settings.js; they are values already.
    if (typeof text !== 'string') return text;
    if (text === '') return undefined;
    return evaluate(field, text, type, source);
  };
  const savedHere = source.config[field];
  const savedAs = source.config[`${field}Type`] || entry.type;
  return {
    value,
    isAuthored:
      override === undefined &&
      ((savedHere !== undefined && typeof savedHere !== 'string') || savedAs === 'str' || savedAs === 'env'),
    async text() {
      const result = await value();
      if (!given(result)) return undefined;
      if (typeof result === 'string') return result;
      if (typeof result === 'number') return String(result);
      throw nodeError('notText', { field });
    },
  };
}

/** What Node-RED finds for a typed value. Rejects with OZ_CONFIG when it cannot, or its context store does not answer. */
async function evaluate(
  field: string,
  value: string,
  type: string,
  { RED, node, msg }: OptionsSource,
): Promise<unknown> {
  try {
    const found = await answerOf((answer) => RED.util.evaluateNodeProperty(value, type, node, msg, answer));
    return found ?? undefined;
  } catch (error) {
    // Node-RED throws a TypeError where a message lacks the object on the way to the property.
    if (type === 'msg' && error instanceof TypeError) return undefined;
    throw nodeError('settingUnusable', { field, type });
  }
}
