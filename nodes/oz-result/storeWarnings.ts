import type { Node, NodeAPI } from 'node-red';
import { LOG_TEXTS } from '../shared/logging';
import { isRecord } from '../shared/message';
import { translate } from '../shared/text';

type Warning = 'notStored' | 'notRemoved';

/** A warning is not repeated for this long, only counted. */
const QUIET_MS = 60_000;

/** What a node warns about its store: at once, but then once a minute, or a full disk would get a line for each message. */
export class StoreWarnings {
  readonly #RED: NodeAPI;
  readonly #node: Node;
  /** What was warned about lately: the sentence, how often it would have been repeated, and when the next line may come. */
  readonly #quiet = new Map<Warning, { sentence: string; more: number; timer: NodeJS.Timeout }>();

  constructor(RED: NodeAPI, node: Node) {
    this.#RED = RED;
    this.#node = node;
    node.on('close', () => {
      for (const warning of this.#quiet.keys()) this.#tellMore(warning);
    });
  }

  warn(warning: Warning, error: unknown): void {
    const sentence = translate(this.#RED, `log.${warning}`, LOG_TEXTS[warning], {
      system: systemCode(error),
    });
    const quiet = this.#quiet.get(warning);
    if (quiet !== undefined) {
      quiet.sentence = sentence;
      quiet.more += 1;
      return;
    }
    this.#node.warn(sentence);
    this.#begin(warning, sentence);
  }

  #begin(warning: Warning, sentence: string): void {
    const timer = setTimeout(() => {
      if (this.#tellMore(warning)) this.#begin(warning, sentence);
    }, QUIET_MS).unref();
    this.#quiet.set(warning, { sentence, more: 0, timer });
  }

  /** Whether there was more to tell. */
  #tellMore(warning: Warning): boolean {
    const quiet = this.#quiet.get(warning);
    this.#quiet.delete(warning);
    clearTimeout(quiet?.timer);
    if (quiet === undefined || quiet.more === 0) return false;
    const { sentence: text, more: count } = quiet;
    this.#node.warn(translate(this.#RED, 'log.more', LOG_TEXTS.more, { text, count }));
    return true;
  }
}

/** What the system says, such as ENOSPC; never a text that may hold more than that. */
export const systemCode = (error: unknown): string =>
  isRecord(error) && typeof error['code'] === 'string' ? error['code'] : 'unknown';
