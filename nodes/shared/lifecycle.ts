import { setTimeout as delay } from 'node:timers/promises';
import type { Node, NodeAPI } from 'node-red';
import { ozError } from '../../client';
import { isInFlows } from './inFlows';
import { RunningJob, type Job } from './job';
import { logInterrupted, logSentences } from './logging';
import { isRecord, takesResults, type OzMessage } from './message';
import { passOnOnceClosed } from './successor';
import type { StatusLine } from './statusLine';

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
  const running = new Set<RunningJob>();
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
    const job = new RunningJob({
      RED,
      node,
      msg,
      track: status.begin(),
      isKept: isStored(msg),
      send,
      done,
      onEnd: () => {
        running.delete(job);
        underWay.delete(msg);
      },
    });
    running.add(job);
    underWay.add(msg);
    job.start(todo);
  });

  node.on('close', (removed: boolean, done: () => void) => {
    const settling = [...running].map((job) => job.settled);
    const isDeleted = removed && !isInFlows(RED, node);
    if (isDeleted) for (const job of running) job.keptForRestart(false);
    // A disabled node continues with what is stored only once it is enabled again.
    const interrupted = [...running].filter((job) => removed || !job.isKept);
    logInterrupted(RED, node, interrupted);
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
