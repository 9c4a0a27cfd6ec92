import { abortError, onAbort } from '../abort';
import type { WaitOptions, WaitResult, WaitTarget } from '../contract';
import type { OzError } from '../errors/ozError';
import { ozError } from '../errors/errorMessages';
import { pathSegment } from '../server';
import { systemClock, type Clock } from './clock';
import { Poller, type Reads } from './poller';
import { RecentFolders, type FolderFacts } from './recent';
import { judge, LAST_LOOK_MS, type PollTarget, type Waiter } from './pollTarget';

/** A server may need a moment until a new analysis shows up in what is read. */
const MAX_MISSING_ANSWERS = 3;
/** Errors that asking again does not resolve. */
const PERMANENT = new Set<string>([
  'OZ_CONFIG',
  'OZ_INPUT',
  'OZ_TLS',
  'OZ_AUTH',
  'OZ_FORBIDDEN',
  'OZ_NOT_FOUND',
  'OZ_REJECTED',
  'OZ_CANCELLED',
]);

/**
 * The registry of all waits for analyses of one server. Each wait ends once: with its result, an error, a timeout or a
 * cancellation. {@link Poller} decides when to ask; hints (webhooks) only make it ask, so that a verdict always comes
 * from the API itself.
 */
export class Watcher {
  readonly #waiters = new Set<Waiter>();
  readonly #recent = new RecentFolders();
  readonly #poller: Poller;

  readonly #clock: Clock;

  constructor(reads: Reads, clock: Clock = systemClock) {
    this.#clock = clock;
    this.#poller = new Poller(reads, clock, this.#recent, {
      onAnswer: (target) => this.#onAnswer(target),
      onError: (target, error) => this.#onError(target, error),
    });
  }

  /** Something is known about a folder: it was created, or analyses were just started in it. */
  note(folderId: string, facts: Omit<FolderFacts, 'startedAt' | 'hintedAt'> & { started?: true }): void {
    const { started, ...rest } = facts;
    this.#recent.note(folderId, started === true ? { ...rest, startedAt: this.#clock.now() } : rest);
  }

  /** Something outside says that this folder may be ready. Costs a question only if somebody waits for it. */
  hint(folderId: string): void {
    this.#recent.note(folderId, { hintedAt: this.#clock.now() });
    this.#poller.hint(({ kind, id, latest }) =>
      kind === 'folder'
        ? id === folderId
        : latest?.analyses.some((one) => one.folderId === folderId) === true,
    );
  }

  /**
   * Resolves when none of the analyses runs any more; once, whichever answer shows it first.
   * @throws OZ_WAIT_TIMEOUT, OZ_CANCELLED, or an error that asking again does not resolve
   */
  async wait(awaited: WaitTarget, options: WaitOptions): Promise<WaitResult> {
    const { folderId, analysisIds = [] } = awaited;
    const { signal, timeoutMs } = options;
    if (folderId === undefined && analysisIds.length === 0)
      throw ozError('targetMissing', {}, { stage: 'wait' });
    const ids = [...new Set(analysisIds)].map((id) => pathSegment(id, 'analysis'));
    const folder = folderId === undefined ? undefined : pathSegment(folderId, 'folder');
    if (signal?.aborted === true) throw abortError(signal);
    const now = this.#clock.now();
    const targets =
      folder === undefined
        ? ids.map((id) => this.#poller.targetFor('analysis', id))
        : [this.#poller.targetFor('folder', folder)];
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        since: now,
        deadline: now + timeoutMs,
        onTimeout: options.onTimeout,
        folderId: folder ?? '',
        analysisIds: ids.length === 0 ? undefined : ids,
        forDecision: options.until === 'decision',
        undecided: false,
        targets,
        polls: 0,
        missing: 0,
        overdueFrom: Infinity,
        settle: (end) => {
          if (!this.#waiters.delete(waiter)) return;
          release?.();
          stopDeadline();
          this.#poller.removeWaiter(waiter);
          if ('result' in end) resolve(end.result);
          else reject(end.error);
        },
      };
      const release = signal && onAbort(signal, () => waiter.settle({ error: abortError(signal) }));
      let stopDeadline = this.#clock.after(timeoutMs, () => {
        const late = this.#clock.now() - waiter.deadline >= LAST_LOOK_MS;
        if (waiter.polls > 0 && !late) return this.#timeOver(waiter);
        // Nothing is known yet: the question under way, or one asked now, still gets a moment. A process that was stopped
        // for a while, as by `docker pause`, has missed its last question, which thousands may have to ask now.
        waiter.overdueFrom = late ? this.#clock.now() : -Infinity;
        for (const target of targets) this.#poller.askNow(target);
        if (!late) stopDeadline = this.#clock.after(LAST_LOOK_MS, () => this.#timeOver(waiter));
      });
      this.#waiters.add(waiter);
      this.#poller.addWaiter(waiter);
    });
  }

  /** Ends all waiting with this error. */
  close(error: OzError): void {
    for (const waiter of this.#waiters) waiter.settle({ error });
    this.#poller.close();
  }

  #onAnswer(target: PollTarget): void {
    for (const waiter of target.waiters) {
      waiter.polls += 1;
      const { result, done, undecided, missing } = judge(waiter);
      waiter.undecided = undecided;
      if (missing !== undefined && target.latest?.direct === true) waiter.missing += 1;
      if (done) waiter.settle({ result: { ...result, timing: this.#timing(waiter) } });
      else if (missing !== undefined && waiter.missing >= MAX_MISSING_ANSWERS)
        waiter.settle({ error: missing });
      else if (waiter.targets.every(({ latest }) => (latest?.askedAt ?? -Infinity) >= waiter.overdueFrom))
        this.#timeOver(waiter);
    }
  }

  #onError(target: PollTarget, error: OzError): void {
    for (const waiter of target.waiters) {
      waiter.polls += 1;
      if (PERMANENT.has(error.code)) waiter.settle({ error });
      else if (waiter.overdueFrom < Infinity) this.#timeOver(waiter);
    }
  }

  #timeOver(waiter: Waiter): void {
    const timing = this.#timing(waiter);
    if (waiter.onTimeout === 'emit') {
      waiter.settle({ result: { ...judge(waiter).result, timing } });
      return;
    }
    const seconds = Math.round(timing.waitedMs / 100) / 10;
    // The last error explains why the time was not enough.
    const last = waiter.targets.find(({ lastError }) => lastError !== undefined)?.lastError?.cause;
    const where = waiter.folderId === '' ? {} : { folderId: waiter.folderId };
    waiter.settle({
      error: ozError(
        'waitTimeout',
        { seconds },
        { ...last, stage: 'wait', secondsWaited: seconds, ...where },
      ),
    });
  }

  #timing(waiter: Waiter): WaitResult['timing'] {
    return { waitedMs: Math.round(this.#clock.now() - waiter.since), polls: waiter.polls };
  }
}
