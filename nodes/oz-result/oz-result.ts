import type { Node, NodeAPI, NodeDef } from 'node-red';
import { awaitsDecision, OzError, ozError, type OzClient, type WaitResult } from '../../client';
import { toNodeError } from '../shared/errors';
import { onFlowsStarted } from '../shared/flowsStarted';
import { isClosed } from '../shared/lifecycle';
import { LOG_TEXTS } from '../shared/logging';
import { isRecord, ozOf, writeResult, type OzMessage } from '../shared/message';
import { ozNode, type Work } from '../shared/node';
import { takeReset } from '../shared/reset';
import { linkServer, type ServerLink } from '../shared/server';
import { settingsOf, type Config } from '../shared/settings';
import { translate } from '../shared/text';
import { emitResult, outputsOf, resultOptions } from '../shared/verdict';
import { hintOf } from './hint';
import { answerRequest } from './httpAnswer';
import { LEASE_MS } from './processIdentity';
import type { Wait } from './waitBackend';
import { WaitStore, type FoundWait } from './waitStore';
import { storable } from './storable';
import { PROPERTIES } from './properties';
import { targetOf } from './target';
import { PendingResults, type Question } from './pendingResults';

type ResultWork = Work<typeof PROPERTIES>;

const HOUR_MS = 3_600_000;
/** Minimum wait after a restart, even when the deadline has passed meanwhile. */
const MIN_WAIT_AFTER_RESTART_MS = 10_000;

export = (RED: NodeAPI): void => {
  function OzResult(this: Node, def: NodeDef): void {
    const settings = settingsOf(PROPERTIES, { ...def });
    const outputs = outputsOf({ ...def });
    const resumed = new WeakMap<OzMessage, FoundWait>();
    let store: WaitStore | undefined;

    ozNode(RED, this, def, PROPERTIES, answer, takeReset, (msg) => resumed.has(msg));
    const waits = new PendingResults(this);
    if (settings.resume) {
      store = new WaitStore(RED, this, settings.store || undefined);
      const config: Config = { ...def };
      const server = linkServer(RED, this, config['server']);
      resumeAtStart(RED, this, server, store, resumed);
    }

    async function answer(work: ResultWork): Promise<void> {
      const { job, client } = work;
      const found = resumed.get(job.msg);
      const question = found ?? (await questionOf(work));
      const over = waits.begin(question, job);
      try {
        if (question.origin === 'webhook') client.analyses.hint(question.target.folderId ?? '');
        if (over !== undefined) await awaitResult(work, question, found);
        else if (found !== undefined) await removeWait(found.key);
      } finally {
        over?.();
      }
    }

    /** Resolves with the key of the stored wait. A wait that cannot be stored goes on, but does not survive a stop. */
    const saveWait = async (wait: Wait, known?: string): Promise<string | undefined> => {
      try {
        return await store?.save(wait, known);
      } catch (error) {
        this.warn(translate(RED, 'log.notStored', LOG_TEXTS.notStored, { system: systemCode(error) }));
        return undefined;
      }
    };

    /** The result was sent on, so failing to remove the wait is not an error of the message. */
    const removeWait = async (key: string): Promise<void> => {
      try {
        await store?.remove(key);
      } catch (error) {
        this.warn(translate(RED, 'log.notRemoved', LOG_TEXTS.notRemoved, { system: systemCode(error) }));
      }
    };

    /** Waits for the result and sends it on; with `resume`, a stop of the flow only interrupts the wait. */
    async function awaitResult(
      work: ResultWork,
      question: Question,
      found: FoundWait | undefined,
    ): Promise<void> {
      const { job, options } = work;
      const wanted = resultOptions(options);
      const decisionMs = options.decision ? options.decisionHours * HOUR_MS : 0;
      const storedPart = store && { ...question, msg: storable(job.msg) };
      const leastMs = found === undefined ? 0 : MIN_WAIT_AFTER_RESTART_MS;
      let key = found?.key;
      let forDecision = found?.forDecision === true;
      let deadline = found?.deadline ?? Date.now() + wanted.limits.timeoutMs;
      let interrupted = false;
      const save = async (): Promise<void> => {
        if (storedPart !== undefined)
          key = (await saveWait({ ...storedPart, forDecision, deadline }, key)) ?? key;
      };
      const wait = (client: OzClient): Promise<WaitResult> => {
        job.stage(forDecision ? 'deciding' : 'waiting');
        // A clock that was set back must not make the wait longer than it was meant to be.
        const wholeMs = forDecision ? decisionMs || Infinity : wanted.limits.timeoutMs;
        return client.analyses.wait(question.target, {
          timeoutMs: Math.max(leastMs, Math.min(deadline - Date.now(), wholeMs)),
          onTimeout: wanted.limits.onTimeout,
          until: forDecision ? 'decision' : 'verdict',
          signal: job.signal,
        });
      };
      if (found === undefined && storedPart !== undefined) {
        // It has its outcome already.
        if (job.signal.aborted) return;
        job.keptForRestart(true);
        await save();
        job.keptForRestart(key !== undefined);
      }
      try {
        await untilDone(work, async (client) => {
          let result = await wait(client);
          if (!forDecision && decisionMs > 0 && awaitsDecision(result)) {
            forDecision = true;
            deadline = Date.now() + decisionMs;
            await save();
            result = withEarlier(await wait(client), result.timing);
          }
          if (job.signal.aborted) return;
          writeResult(job.msg, result, result.timing, wanted.raw, client.bestShotGestures);
          waits.answered(question.origin, result);
          await emitResult(job, client, result, { emit: wanted.emit, outputs, bestShotPossible: true });
        });
      } catch (error) {
        interrupted = isClosed(job.signal.reason);
        throw error;
      } finally {
        if (key !== undefined && !interrupted) await removeWait(key);
      }
    }
  }
  RED.nodes.registerType('oz-result', OzResult);
};

/** The result of a wait that followed another one. */
function withEarlier(result: WaitResult, { waitedMs, polls }: WaitResult['timing']): WaitResult {
  const { timing } = result;
  return { ...result, timing: { waitedMs: timing.waitedMs + waitedMs, polls: timing.polls + polls } };
}

/** A deploy that replaces only the server node closes its client; the wait goes on with the next one. */
async function untilDone(work: ResultWork, ask: (client: OzClient) => Promise<void>): Promise<void> {
  for (let { client } = work; ; client = await work.nextClient()) {
    try {
      await ask(client);
      return;
    } catch (error) {
      if (work.job.signal.aborted || !isClosed(error)) throw error;
    }
  }
}

/** What a message asks for: ids from where the dialog says, else the folder that a webhook's body names. */
async function questionOf({ job, options }: ResultWork): Promise<Question> {
  const target = targetOf(await options.source.value());
  if (target !== undefined) {
    // So that it can be cancelled by its id, and is known at Catch.
    if (target.folderId !== undefined) ozOf(job.msg).folderId = target.folderId;
    return { origin: 'flow', target };
  }
  const hint = hintOf(job.msg.payload);
  if (hint === undefined) throw ozError('targetMissing');
  ozOf(job.msg).folderId = hint.folderId;
  answerRequest(job.msg);
  return { origin: 'webhook', target: { folderId: hint.folderId }, named: hint.analysisIds };
}

/**
 * Once all nodes run, the kept messages come in again as if they had just arrived, marked by `msg.oz.resumed`; later
 * also those of other instances that ended.
 */
function resumeAtStart(
  RED: NodeAPI,
  node: Node,
  server: ServerLink,
  store: WaitStore,
  resumed: WeakMap<OzMessage, FoundWait>,
): void {
  const resume = async (): Promise<void> => {
    const all = await store.takeOver();
    if (all.length === 0) return;
    try {
      // Without one, each would end in the same error and stay in the store.
      await server.client();
    } catch (error) {
      for (const { key } of all) store.leave(key);
      throw error;
    }
    for (const found of all) {
      if (closed) return;
      const id = found.msg['_msgid'];
      const msg: OzMessage = { ...found.msg, _msgid: typeof id === 'string' ? id : RED.util.generateId() };
      ozOf(msg).resumed = true;
      resumed.set(msg, found);
      node.receive(msg);
    }
  };
  let closed = false;
  let warned = false;
  const look = (): void => {
    resume().catch((error: unknown) => {
      if (warned || closed) return;
      warned = true;
      node.warn(
        error instanceof OzError
          ? toNodeError(RED, error).message
          : translate(RED, 'log.notRead', LOG_TEXTS.notRead, { system: systemCode(error) }),
      );
    });
  };
  let timer: NodeJS.Timeout | undefined;
  // Each deploy may bring the server that was missing.
  const unsubscribe = onFlowsStarted(RED, () => {
    look();
    // Another instance that shares the store may end and leave its waits behind at any time.
    timer ??= setInterval(look, LEASE_MS / 2).unref();
  });
  node.on('close', () => {
    closed = true;
    unsubscribe();
    clearInterval(timer);
  });
}

/** What the system says, such as ENOSPC; never a text that may hold more than that. */
const systemCode = (error: unknown): string =>
  isRecord(error) && typeof error['code'] === 'string' ? error['code'] : 'unknown';
