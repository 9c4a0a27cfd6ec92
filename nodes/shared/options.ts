import type { Node, NodeAPI } from 'node-red';
import { nodeError } from './errors';
import { isRecord, type OzMessage } from './message';

/** What a flow file may hold for a node: nothing of it is sure to be there or of the right type. */
export type Config = Readonly<Record<string, unknown>>;

interface Range {
  min: number;
  max: number;
}

/** A TypedInput's value and type when the flow file says nothing. */
interface TypedDefault {
  value: string;
  type: string;
}

const given = (value: unknown): boolean => value !== undefined && value !== null && value !== '';

const toNumber = (value: unknown): number =>
  typeof value === 'number'
    ? value
    : typeof value === 'string' && value.trim() !== ''
      ? Number(value)
      : Number.NaN;

const inside = (value: number, { min, max }: Range): boolean => value >= min && value <= max;

/** A number of a flow file, given as number, text or `${ENV}` (which Node-RED has filled in by now). */
export function configNumber(config: Config, field: string, fallback: number, range: Range): number {
  const saved = config[field];
  if (!given(saved)) return fallback;
  const value = toNumber(saved);
  if (inside(value, range)) return value;
  throw nodeError('settingNumber', { field, ...range });
}

/** A check box of a flow file. */
export const configFlag = (config: Config, field: string, fallback: boolean): boolean => {
  const saved = config[field];
  return given(saved) ? saved === true || saved === 'true' : fallback;
};

/** One of several words of a flow file. */
export function configChoice<T extends string>(
  config: Config,
  field: string,
  choices: readonly T[],
  fallback: T,
): T {
  const saved = config[field];
  if (!given(saved)) return fallback;
  const choice = choices.find((known) => known === saved);
  if (choice === undefined) throw nodeError('settingInvalid', { field, value: String(saved).slice(0, 40) });
  return choice;
}

/**
 * The settings that hold for one message: the message's override before the node's setting before the default
 * (docs/flow-properties.md). Every reader throws OZ_INPUT for an unusable override, OZ_CONFIG for an unusable setting.
 */
export class Options {
  private readonly overrides: Readonly<Record<string, unknown>>;

  constructor(
    private readonly RED: NodeAPI,
    private readonly node: Node,
    private readonly config: Config,
    private readonly msg: OzMessage,
  ) {
    const oz: unknown = msg.oz;
    const options = isRecord(oz) && isRecord(oz['options']) ? oz['options'] : {};
    this.overrides = {
      ...(given(msg.timeout) ? { timeout: msg.timeout } : {}),
      ...(isRecord(oz) && given(oz['tags']) ? { tags: oz['tags'] } : {}),
      ...options,
    };
  }

  /** The override of a setting, `undefined` when the message has none. */
  override(field: string): unknown {
    const value = this.overrides[field];
    return given(value) ? value : undefined;
  }

  number(field: string, fallback: number, range: Range): number {
    const override = this.override(field);
    if (override === undefined) return configNumber(this.config, field, fallback, range);
    const value = toNumber(override);
    if (inside(value, range)) return value;
    throw nodeError('overrideNumber', { field, ...range });
  }

  flag(field: string, fallback: boolean): boolean {
    const override = this.override(field);
    if (override === undefined) return configFlag(this.config, field, fallback);
    if (typeof override === 'boolean') return override;
    throw nodeError('overrideInvalid', { field });
  }

  choice<T extends string>(field: string, choices: readonly T[], fallback: T): T {
    const override = this.override(field);
    if (override === undefined) return configChoice(this.config, field, choices, fallback);
    const choice = choices.find((known) => known === override);
    if (choice === undefined) throw nodeError('overrideInvalid', { field });
    return choice;
  }

  /** A line of text that is no TypedInput; empty when there is none. */
  line(field: string): string {
    const value = this.override(field) ?? this.config[field];
    return typeof value === 'string' ? value : '';
  }

  /** The value of a TypedInput; `undefined` when it is empty or what it points to is not there. */
  async value(field: string, fallback: TypedDefault): Promise<unknown> {
    const override = this.override(field);
    if (override !== undefined) return override;
    const saved = this.config[field];
    const savedType = this.config[`${field}Type`];
    const text = saved === undefined ? fallback.value : saved;
    const type = typeof savedType === 'string' && savedType !== '' ? savedType : fallback.type;
    // Numbers and objects get into flow files by hand or by settings.js; they are values already.
    if (typeof text !== 'string') return text ?? undefined;
    if (text === '') return undefined;
    return this.evaluate(field, text, type);
  }

  /** The value of a TypedInput that must be a text, such as an id; numbers become text. */
  async text(field: string, fallback: TypedDefault): Promise<string | undefined> {
    const value = await this.value(field, fallback);
    if (!given(value)) return undefined;
    if (typeof value === 'string') return value;
    if (typeof value === 'number') return String(value);
    throw nodeError('notText', { field });
  }

  /** Node-RED throws or calls back, depending on the type; both become a rejection. */
  private evaluate(field: string, value: string, type: string): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const unusable = (error: unknown): void => {
        // Node-RED throws a TypeError where a message lacks the object on the way to the property.
        if (type === 'msg' && error instanceof TypeError) resolve(undefined);
        else reject(nodeError('settingUnusable', { field, type }));
      };
      try {
        this.RED.util.evaluateNodeProperty(value, type, this.node, this.msg, (error, result: unknown) =>
          error ? unusable(error) : resolve(result ?? undefined),
        );
      } catch (error) {
        unusable(error);
      }
    });
  }
}
