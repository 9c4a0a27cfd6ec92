import type { Node, NodeAPI, NodeMessage } from 'node-red';
import { OzError } from '../../client';
import { toNodeError, traceOf, type NodeError } from './errors';
import { logInterrupted, type UploadMark } from './logging';
import type { OzMessage } from './message';
import { errorStatus, type Stage, type Verdict } from './status';
import type { Track } from './statusLine';

/** What a node's work gets for one message. */
export interface Job {
  readonly msg: OzMessage;
  /** Aborted when the node closes or the message is cancelled. */
  readonly signal: AbortSignal;
  /** Shows in the status what is being done. */
  readonly stage: (stage: Stage, percent?: number) => void;
  /** Shows the verdict in the status, where it stays until the next message. */
  readonly showVerdict: (verdict: Verdict) => void;
  /** Sends on; does nothing once the job has ended, so nothing leaves a closed node. */
  readonly send: (messages: NodeMessage | (NodeMessage | NodeMessage[] | null)[]) => void;
  /** Reports a figure, such as `size.bytes`, to whoever collects Node-RED's metrics. */
  readonly measure: (event: string, value: number) => void;
  /**
   * The message is stored, or is being stored: if the node closes now, it is neither done nor failed but continues after
   * the restart. With `false`, because it could not be stored.
   */
  readonly keptForRestart: (isKept: boolean) => void;
  /** How to find what the current upload creates, for the error if the message is cancelled before its folder is known. */
  readonly uploading: (findable: UploadMark) => void;
  /** Ends the job quietly, as if its work had returned: another message takes its place. */
  readonly dismiss: () => void;
}

/** What a job is made of. */
interface JobParts {
  RED: NodeAPI;
  node: Node;
  msg: OzMessage;
  track: Track;
  /** Whether the message is stored already, so that it continues after a restart. */
  isKept: boolean;
  send: Job['send'];
  /** Node-RED's own: tells Complete and Catch nodes. */
  done: (error?: Error) => void;
  /** Called once, when the job has ended and before its outcome is told. */
  onEnd: () => void;
}

/** One message that a node is working on, from its arrival to its one outcome. Its functions can be passed on by themselves. */
export class RunningJob implements Job {
  readonly msg: OzMessage;
  readonly #parts: JobParts;
  readonly #controller = new AbortController();
  readonly #began = performance.now();
  #ended = false;
  #kept: boolean;
  #findable: UploadMark = {};
  #settled: Promise<void> = Promise.resolve();

  constructor(parts: JobParts) {
    this.#parts = parts;
    this.msg = parts.msg;
    this.#kept = parts.isKept;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Whether it continues after the restart, so that nothing is lost when the node closes. */
  get isKept(): boolean {
    return this.#kept;
  }

  /** How to find what its upload creates. */
  get findable(): UploadMark {
    return this.#findable;
  }

  /** Settles after the work did, whatever came of it. Never rejects. */
  get settled(): Promise<void> {
    return this.#settled;
  }

  /** Does the work, whose outcome is that of the job unless that has ended before. A synchronous throw is a rejection. */
  start(work: (job: Job) => Promise<void>): void {
    this.#settled = (async () => work(this))().then(
      () => this.#end(),
      // Whatever was thrown may be `undefined`.
      (error: unknown) => this.#end({ error }),
    );
  }

  readonly stage: Job['stage'] = (stage, percent) => {
    if (!this.#ended) this.#parts.track.stage(stage, percent);
  };

  readonly showVerdict: Job['showVerdict'] = (verdict) => {
    if (!this.#ended) this.#parts.track.verdict(verdict);
  };

  readonly send: Job['send'] = (messages) => {
    if (!this.#ended) this.#parts.send(messages);
  };

  readonly measure: Job['measure'] = (event, value) => {
    const { node } = this.#parts;
    if (node.metric()) node.metric(event, this.msg, value);
  };

  readonly keptForRestart: Job['keptForRestart'] = (isKept) => {
    const { RED, node } = this.#parts;
    // The node closed while the message was being stored, and counted on that.
    if (this.#kept && this.#ended && !isKept)
      logInterrupted(RED, node, [{ msg: this.msg, findable: this.#findable }]);
    this.#kept = isKept;
  };

  readonly uploading: Job['uploading'] = (findable) => {
    this.#findable = findable;
  };

  readonly dismiss: Job['dismiss'] = () => {
    this.#end();
    this.#controller.abort();
  };

  /** Ends the job with this error, and aborts its work. */
  cancel(error: OzError): void {
    this.#end({ error: error.with(this.#findable) });
    this.#controller.abort(error);
  }

  #end(failure?: { error: unknown }): void {
    if (this.#ended) return;
    this.#ended = true;
    const { RED, node, track, onEnd } = this.#parts;
    onEnd();
    if (this.#kept && isClosed(failure?.error)) {
      track.end();
      return;
    }
    quietly(() => this.measure('duration.millis', Math.round(performance.now() - this.#began)));
    if (failure === undefined) {
      quietly(() => track.end());
      this.#done();
      return;
    }
    const trace = traceOf(failure.error);
    if (trace !== undefined) quietly(() => node.debug(trace));
    const shown = toNodeError(RED, failure.error, this.#findable);
    quietly(() => track.end(errorStatus(failure.error, shown.code)));
    this.#done(shown);
  }

  #done(error?: NodeError): void {
    const { RED, node, done } = this.#parts;
    try {
      done(error);
    } catch (thrown) {
      quietly(() => node.warn(thrown instanceof Error ? thrown.name : typeof thrown));
      // Node-RED copies the message for Catch, which fails when something in it is nested too deeply.
      if (error !== undefined) quietly(() => node.error(error, copyable(RED, this.msg)));
    }
  }
}

/** Whether work ended because its node or its server's node is being stopped. */
export const isClosed = (error: unknown): boolean => error instanceof OzError && error.key === 'closed';

/** A message without the fields, its own and those of its objects, that Node-RED cannot copy. */
function copyable(RED: NodeAPI, fields: object, levels = 2): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const name of namesOf(fields)) {
    let value: unknown;
    try {
      // A function node may have made a field that throws when it is read.
      value = Reflect.get(fields, name);
      // Node-RED never copies the two ends of an HTTP request.
      kept[name] = name === 'req' || name === 'res' ? value : RED.util.cloneMessage({ value }).value;
    } catch {
      if (levels > 1 && typeof value === 'object' && value !== null)
        kept[name] = copyable(RED, value, levels - 1);
    }
  }
  return kept;
}

/** None for an object that does not tell them, such as a proxy that was revoked. */
function namesOf(fields: object): string[] {
  try {
    return Object.keys(fields);
  } catch {
    return [];
  }
}

/**
 * Tells somebody of an outcome. A log, a status listener or Node-RED itself may throw then: the message must get its
 * outcome all the same, the node must close, and the process must go on.
 */
function quietly(tell: () => void): void {
  try {
    tell();
  } catch {
    // Nobody is left who could be told.
  }
}
