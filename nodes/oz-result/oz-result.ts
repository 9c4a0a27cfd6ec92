import type { Node, NodeAPI, NodeDef } from 'node-red';
import { ozError } from '../../client/errors/errorMessages';
import { isClosed } from '../shared/lifecycle';
import { ozOf, writeResult, type OzMessage } from '../shared/message';
import { ozNode, type Work } from '../shared/node';
import { takeReset } from '../shared/reset';
import { settingsOf } from '../shared/settings';
import { emitResult, outputsOf, readReading } from '../shared/verdict';
import { hintOf } from './hint';
import { WaitStore, type Found } from './waitStore';
import { keepable } from './keepable';
import { PROPERTIES } from './properties';
import { targetOf } from './target';
import { PendingResults, type Question } from './pendingResults';

type ResultWork = Work<typeof PROPERTIES>;

/** After a restart the result is looked for at least so long, even when the time was over meanwhile. Milliseconds. */
const LEAST_WAIT = 10_000;

export = (RED: NodeAPI): void => {
  function OzResult(this: Node, def: NodeDef): void {
    const settings = settingsOf(PROPERTIES, { ...def });
    const outputs = outputsOf({ ...def });
    const waits = new PendingResults();
    const resumed = new WeakMap<OzMessage, Found>();
    let keeper: WaitStore | undefined;

    ozNode(RED, this, def, PROPERTIES, answer, takeReset);
    if (settings.resume) {
      keeper = new WaitStore(RED, this, settings.store || undefined);
      resumeAtStart(RED, this, keeper, resumed);
    }

    async function answer(work: ResultWork): Promise<void> {
      const { job, client } = work;
      const found = resumed.get(job.msg);
      const question = found ?? (await questionOf(work));
      const over = waits.begin(question, job);
      try {
        if (question.origin === 'webhook') client.analyses.hint(question.target.folderId ?? '');
        if (over !== undefined) await keeping(work, question, found);
        else if (found !== undefined) await keeper?.drop(found.key);
      } finally {
        over?.();
      }
    }

    /** Waits; with `resume` in a way that a stop of the flow only interrupts. */
    async function keeping(work: ResultWork, question: Question, found: Found | undefined): Promise<void> {
      const { job, options } = work;
      const reading = readReading(options);
      const deadline = found?.deadline ?? Date.now() + reading.limits.timeoutMs;
      const key = found?.key ?? (await keeper?.keep({ ...question, msg: keepable(job.msg), deadline }));
      if (key !== undefined) job.goesOn();
      const timeoutMs =
        found === undefined ? reading.limits.timeoutMs : Math.max(LEAST_WAIT, deadline - Date.now());
      let interrupted = false;
      try {
        job.stage('waiting');
        const limits = { ...reading.limits, timeoutMs, signal: job.signal };
        const result = await work.client.analyses.wait(question.target, limits);
        if (job.signal.aborted) return;
        writeResult(job.msg, result, result.timing, reading.raw);
        waits.answered(question.origin, result);
        await emitResult(job, work.client, result, reading.emit, outputs);
      } catch (error) {
        // The client is closed before or after this node, so either may be the one to know.
        interrupted = isClosed(error) || isClosed(job.signal.reason);
        throw error;
      } finally {
        if (key !== undefined && !interrupted) await keeper?.drop(key);
      }
    }
  }
  RED.nodes.registerType('oz-result', OzResult);
};

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
  return { origin: 'webhook', target: { folderId: hint.folderId }, named: hint.analysisIds };
}

/** Once all nodes run, the kept messages come in again as if they had just arrived. */
function resumeAtStart(
  RED: NodeAPI,
  node: Node,
  keeper: WaitStore,
  resumed: WeakMap<OzMessage, Found>,
): void {
  const resume = async (): Promise<void> => {
    for (const found of await keeper.found()) {
      const id = found.msg['_msgid'];
      const msg: OzMessage = { ...found.msg, _msgid: typeof id === 'string' ? id : RED.util.generateId() };
      resumed.set(msg, found);
      node.receive(msg);
    }
  };
  const onStarted = (): void => {
    resume().catch((error: unknown) => node.warn(error instanceof Error ? error.message : String(error)));
  };
  RED.events.once('flows:started', onStarted);
  node.on('close', () => {
    RED.events.off('flows:started', onStarted);
  });
}
