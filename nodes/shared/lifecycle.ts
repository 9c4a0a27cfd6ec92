import { setTimeout as delay } from 'node:timers/promises';
import type { Node, NodeAPI, NodeMessage } from 'node-red';
import { OzError, ozError } from '../../client';
import { toNodeError, traceOf, type NodeError } from './errors';
import { isInFlows } from './inFlows';
import { logInterrupted, logSentences, type UploadMark } from './logging';
import { isRecord, takesResults, type OzMessage } from './message';
import { passOnOnceClosed } from './successor';
import { errorStatus, type Stage, type Verdict } from './status';
import type { StatusLine, Track } from './statusLine';

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

interface Running extends Job {
  /** Whether it continues after the restart, so that nothing is lost when the node closes. */
  readonly isKept: () => boolean;
  readonly findable: () => UploadMark;
  readonly cancel: (error: OzError) => void;
  /** Settles after the work did, whatever came of it. Never rejects. */
  settled: Promise<void>;
}

/** The messages a node has under way. */
export interface Jobs {
  /** Ends those that match with OZ_CANCELLED. Returns how many. */
  cancel(matches: (job: Job) => boolean): number;
}

/** Messages that a node is working on. One that comes again meanwhile would get the results of the other. */
const underWay = new WeakSet<OzMessage>();

/** Maximum wait for aborted requests on close. */
const MAX_WAIT_ON_CLOSE_MS = 500;

/**
 * The one way a node takes messages. `work` may throw, reject, hang or settle twice: for every message `done` is
 * called once, an error reaches Catch nodes with its code, and when the node closes, everything under way is aborted.
 * `intercept` sees each message first; true means that it was dealt with and is done. `isStored` tells which messages
 * are stored already when they come.
 */
export function handleInput(
  RED: NodeAPI,
  node: Node,
  status: StatusLine,
  work: (job: Job) => Promise<void>,
  intercept: (msg: OzMessage, jobs: Jobs) => boolean = () => false,
  isStored: (msg: OzMessage) => boolean = () => false,
): Jobs {
  logSentences(node);
  passOnOnceClosed(RED, node);
  const running = new Set<Running>();
  const jobs: Jobs = {
    cancel(matches) {
      const chosen = [...running].filter(matches);
      for (const job of chosen) job.cancel(ozError('cancelled'));
      return chosen.length;
    },
  };

  // Node-RED counts the parameters: with three, `done` decides when the message is complete.
  node.on('input', (incoming: OzMessage, send, done) => {
    let msg = incoming;
    let todo = work;
    let intercepted = false;
    try {
      // A function node may have sent one object twice, or one that takes no results, which must not show only when a
      // server has done its work.
      if (underWay.has(incoming) || !takesResults(incoming)) msg = copyOf(incoming);
      intercepted = intercept(msg, jobs);
    } catch (error) {
      // A field may throw when it is read.
      todo = () => Promise.reject(error);
    }
    if (intercepted) {
      done();
      return;
    }
    const controller = new AbortController();
    const track: Track = status.begin();
    const began = performance.now();
    let ended = false;
    let kept = isStored(msg);
    let findable: UploadMark = {};

    const measure = (event: string, value: number): void => {
      if (node.metric()) node.metric(event, msg, value);
    };
    const reportDone = (error?: NodeError): void => {
      try {
        done(error);
      } catch (thrown) {
        quietly(() => node.warn(thrown instanceof Error ? thrown.name : typeof thrown));
        // Node-RED copies the message for Catch, which fails when something in it is nested too deeply.
        if (error !== undefined) quietly(() => node.error(error, copyable(RED, msg)));
      }
    };
    const end = (failure?: { error: unknown }): void => {
      if (ended) return;
      ended = true;
      running.delete(job);
      underWay.delete(msg);
      if (kept && isClosed(failure?.error)) {
        track.end();
        return;
      }
      quietly(() => measure('duration.millis', Math.round(performance.now() - began)));
      if (failure === undefined) {
        quietly(() => track.end());
        reportDone();
        return;
      }
      const trace = traceOf(failure.error);
      if (trace !== undefined) quietly(() => node.debug(trace));
      const shown = toNodeError(RED, failure.error, findable);
      quietly(() => track.end(errorStatus(failure.error, shown.code)));
      reportDone(shown);
    };

    const job: Running = {
      msg,
      signal: controller.signal,
      stage: (stage, percent) => {
        if (!ended) track.stage(stage, percent);
      },
      send: (messages) => {
        if (!ended) send(messages);
      },
      showVerdict: (verdict) => {
        if (!ended) track.verdict(verdict);
      },
      measure,
      isKept: () => kept,
      findable: () => findable,
      keptForRestart: (isKept) => {
        // The node closed while the message was being stored, and counted on that.
        if (kept && ended && !isKept) logInterrupted(RED, node, [{ msg, findable }]);
        kept = isKept;
      },
      uploading: (how) => {
        findable = how;
      },
      dismiss: () => {
        end();
        controller.abort();
      },
      cancel: (error) => {
        end({ error: error.with(findable) });
        controller.abort(error);
      },
      settled: Promise.resolve(),
    };
    running.add(job);
    underWay.add(msg);
    job.settled = run(todo, job).then(
      () => end(),
      // Whatever was thrown may be `undefined`.
      (error: unknown) => end({ error }),
    );
  });

  node.on('close', (removed: boolean, done: () => void) => {
    const settling = [...running].map((job) => job.settled);
    const isDeleted = removed && !isInFlows(RED, node);
    if (isDeleted) for (const job of running) job.keptForRestart(false);
    // A disabled node continues with what is stored only once it is enabled again.
    const interrupted = [...running].filter((job) => removed || !job.isKept());
    logInterrupted(
      RED,
      node,
      interrupted.map(({ msg, findable }) => ({ msg, findable: findable() })),
    );
    for (const job of running) job.cancel(ozError('closed'));
    status.close();
    const timer = new AbortController();
    void Promise.race([
      Promise.all(settling),
      delay(MAX_WAIT_ON_CLOSE_MS, undefined, { signal: timer.signal }),
    ]).finally(() => {
      timer.abort();
      done();
    });
  });

  return jobs;
}

/** A copy whose results are its own. */
const copyOf = (msg: OzMessage): OzMessage => ({ ...msg, ...(isRecord(msg.oz) && { oz: { ...msg.oz } }) });

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

/** Whether work ended because its node or its server's node is being stopped. */
export const isClosed = (error: unknown): boolean => error instanceof OzError && error.key === 'closed';

/** A synchronous throw of `work` becomes a rejection like any other. */
async function run(work: (job: Job) => Promise<void>, job: Job): Promise<void> {
  await work(job);
}
