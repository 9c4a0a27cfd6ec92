import type { Node, NodeAPI, NodeDef } from 'node-red';
import { awaitsDecision, ozError, type OzClient, type WaitResult } from '../../client';
import { isClosed } from '../shared/job';
import { ozOf, writeResult, type OzMessage } from '../shared/message';
import { ozNode, type Work } from '../shared/node';
import { takeReset } from '../shared/reset';
import { linkServer } from '../shared/server';
import { settingsOf, type Config } from '../shared/settings';
import { emitResult, outputsOf, resultOptions } from '../shared/verdict';
import { hintOf } from './hint';
import { answerRequest } from './httpAnswer';
import { WaitStore, type FoundWait } from './waitStore';
import { resumeAtStart } from './resume';
import { storable } from './storable';
import { StoredWait } from './storedWait';
import { StoreWarnings } from './storeWarnings';
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
    const warnings = new StoreWarnings(RED, this);
    if (settings.resume) {
      store = new WaitStore(RED, this, settings.store || undefined);
      const config: Config = { ...def };
      const server = linkServer(RED, this, config['server']);
      resumeAtStart(RED, this, server, store, resumed);
    }

    const storedWait = (question: Question, msg: OzMessage, key?: string): StoredWait | undefined =>
      store && new StoredWait(warnings, store, { ...question, msg: storable(msg) }, key);

    async function answer(work: ResultWork): Promise<void> {
      const { job, client } = work;
      const found = resumed.get(job.msg);
      const question = found ?? (await questionOf(work));
      const stored = storedWait(question, job.msg, found?.key);
      const over = waits.begin(question, job);
      try {
        if (question.origin === 'webhook') client.analyses.hint(question.target.folderId ?? '');
        if (over === undefined) await stored?.remove();
        else await awaitResult(work, question, found, stored);
      } finally {
        over?.();
      }
    }

    /** Waits for the result and sends it on; with `resume`, a stop of the flow only interrupts the wait. */
    async function awaitResult(
      work: ResultWork,
      question: Question,
      found: FoundWait | undefined,
      stored: StoredWait | undefined,
    ): Promise<void> {
      const { job, options } = work;
      const wanted = resultOptions(options);
      const decisionMs = options.decision ? options.decisionHours * HOUR_MS : 0;
      let forDecision = found?.forDecision === true;
      const wholeMs = forDecision ? decisionMs || Infinity : wanted.limits.timeoutMs;
      const leftMs = found === undefined ? wholeMs : leftOf(found, wholeMs);
      // The clock may be set while the message waits.
      let endsAt = performance.now() + leftMs;
      const wait = (client: OzClient): Promise<WaitResult> => {
        job.stage(forDecision ? 'deciding' : 'waiting');
        return client.analyses.wait(question.target, {
          timeoutMs: Math.max(0, endsAt - performance.now()),
          onTimeout: wanted.limits.onTimeout,
          until: forDecision ? 'decision' : 'verdict',
          signal: job.signal,
        });
      };
      if (found === undefined && stored !== undefined) {
        // It has its outcome already.
        if (job.signal.aborted) return;
        job.keptForRestart(true);
        await stored.save(forDecision, Date.now() + leftMs);
        job.keptForRestart(stored.exists);
      }
      try {
        await untilDone(work, async (client) => {
          let result = await wait(client);
          if (!forDecision && decisionMs > 0 && awaitsDecision(result)) {
            forDecision = true;
            endsAt = performance.now() + decisionMs;
            await stored?.save(forDecision, Date.now() + decisionMs);
            result = withEarlier(await wait(client), result.timing);
          }
          if (job.signal.aborted) return;
          writeResult(job.msg, result, result.timing, wanted.raw, client.bestShotGestures);
          waits.answered(question.origin, result);
          await emitResult(job, client, result, { emit: wanted.emit, outputs, bestShotPossible: true });
          if (stored !== undefined) await delivered();
        });
      } finally {
        if (!isClosed(job.signal.reason)) await stored?.remove();
      }
    }
  }
  RED.nodes.registerType('oz-result', OzResult);
};

/** How long a kept wait goes on, milliseconds. A clock that was set back must not make it longer than it was meant to be. */
const leftOf = ({ deadline }: FoundWait, wholeMs: number): number =>
  Math.max(MIN_WAIT_AFTER_RESTART_MS, Math.min(deadline - Date.now(), wholeMs));

/** Node-RED brings a message to the next node one turn later. A deploy before that takes both away. */
async function delivered(): Promise<void> {
  for (let turns = 0; turns < 2; turns += 1) await new Promise(setImmediate);
}

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
