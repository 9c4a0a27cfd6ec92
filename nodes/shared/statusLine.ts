import type { Node, NodeAPI } from 'node-red';
import {
  STATUS_TEXTS,
  toStatus,
  type Doing,
  type ErrorStatus,
  type Stage,
  type StatusState,
  type Verdict,
} from './status';
import { translate } from './text';

/** Minimum time between two updates of the status: nobody reads faster. */
const MIN_UPDATE_INTERVAL_MS = 250;
/** How often the seconds of a wait are updated. */
const WAIT_UPDATE_INTERVAL_MS = 1000;

/** Follows one message through its stages. */
export interface Track {
  stage(stage: Stage, percent?: number): void;
  /** The verdict that stays on the canvas once nothing is under way any more. */
  verdict(verdict: Verdict): void;
  end(error?: ErrorStatus): void;
}

/** Shows the state of one node: never the same status twice in a row, never faster than a person can read. */
export class StatusLine {
  readonly #doing = new Set<Doing>();
  #lastError: ErrorStatus | undefined;
  #verdict: Verdict | undefined;
  /** The status on the canvas, as JSON; nothing at first. */
  #shown = '{}';
  #shownAt = -Infinity;
  #timer: NodeJS.Timeout | undefined;
  /** When it fires. */
  #timerAt = Infinity;
  #closed = false;

  readonly #RED: NodeAPI;
  readonly #node: Node;
  readonly #problem: () => StatusState['problem'];

  constructor(RED: NodeAPI, node: Node, problem: () => StatusState['problem']) {
    this.#RED = RED;
    this.#node = node;
    this.#problem = problem;
  }

  /** A deploy is complete: what the node needs may be there now, or no longer. */
  refresh(): void {
    this.#changed();
  }

  /** A message came in. */
  begin(): Track {
    const doing: Doing = { since: performance.now() };
    this.#doing.add(doing);
    return {
      stage: (stage, percent) => {
        if (doing.stage !== stage) doing.since = performance.now();
        doing.stage = stage;
        if (percent === undefined) delete doing.percent;
        else doing.percent = percent;
        this.#changed();
      },
      verdict: (verdict) => {
        this.#verdict = verdict;
      },
      end: (error) => {
        this.#doing.delete(doing);
        this.#lastError = error;
        this.#changed();
      },
    };
  }

  /** Clears the status and stops the clock. */
  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
    this.#node.status({});
  }

  #changed(): void {
    if (this.#closed) return;
    const gap = this.#shownAt + MIN_UPDATE_INTERVAL_MS - performance.now();
    if (gap <= 0) this.#show();
    else this.#schedule(gap);
  }

  #show(): void {
    const problem = this.#problem();
    const lastError = this.#lastError;
    const verdict = this.#verdict;
    const state: StatusState = {
      doing: [...this.#doing],
      ...(problem !== undefined && { problem }),
      ...(lastError !== undefined && { lastError }),
      ...(verdict !== undefined && { verdict }),
    };
    const now = performance.now();
    const status = toStatus(state, now, (key, params) =>
      translate(this.#RED, `status.${key}`, STATUS_TEXTS[key], params),
    );
    const signature = JSON.stringify(status);
    this.#timerAt = Infinity;
    if (signature !== this.#shown) {
      this.#shownAt = now;
      this.#shown = signature;
      this.#node.status(status);
    }
    if (state.doing.some((doing) => doing.stage === 'waiting')) this.#schedule(WAIT_UPDATE_INTERVAL_MS);
  }

  /** Keeps a timer that fires earlier, and replaces one that fires later. */
  #schedule(ms: number): void {
    const at = performance.now() + ms;
    if (at >= this.#timerAt) return;
    this.#timerAt = at;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#show(), ms);
    this.#timer.unref();
  }
}
