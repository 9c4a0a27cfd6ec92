import { abortFault, onAbort } from '../abort';
import type { WaitOptions, WaitResult, WaitTarget } from '../contract';
import { OzError } from '../errors';
import type { Analysis, Media } from '../model';
import { fault } from '../sentences';
import { segment } from '../server';
import { systemClock, type Clock } from './clock';
import { Durations } from './durations';
import { FolderList, type ListRead } from './folderList';
import { RecentFolders, type FolderFacts } from './recent';
import { whenToAskAll, whenToAskOne } from './schedule';
import { judge, type Observation, type Subject, type Waiter } from './subject';
import { WebhookTrust } from './webhooks';

/** The questions the watcher can ask. */
export interface Reads {
  folder(
    folderId: string,
    signal: AbortSignal,
  ): Promise<{ analyses: Analysis[]; media: Media[]; createdAt: number | undefined }>;
  analysis(analysisId: string, signal: AbortSignal): Promise<Analysis>;
  list: ListRead;
}

/** From so many jobs on, one list is cheaper than single questions. */
const LIST_FROM = 3;
/** Jobs much older than usual are not looked for in the list: it would have to reach back for their sake. */
const LIST_AGE_MS = 10_000;
/** A list that takes longer than this is not waited for. */
const LIST_STUCK_MS = 2000;
/** A server may need a moment until a new analysis shows up in what is read. */
const MISSING_LIMIT = 3;
/** The last question is asked so long before the time is over; an answer that is late gets as long again. */
const LAST_LOOK_MS = 500;
/** Questions about a job whose webhook can be counted on, in case that one gets lost. */
const WEBHOOK_FALLBACK_MS = 15_000;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;
/** Faults that asking again does not mend. */
const PERMANENT = new Set([
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
 * Waits for analyses, for all messages of one server together. Everything that waits registers here; the watcher
 * decides when to ask and whether to ask about one or about many. Hints (webhooks) are followed by a question at
 * once; a verdict always comes from the API itself.
 */
export class Watcher {
  readonly #subjects = new Map<string, Subject>();
  readonly #waiters = new Set<Waiter>();
  readonly #durations = new Durations();
  readonly #recent = new RecentFolders();
  readonly #webhooks = new WebhookTrust();
  readonly #list: FolderList;
  #listing: { abort: AbortController; subjects: Set<Subject>; since: number } | undefined;
  #listedAt = -Infinity;
  #stopTimer: (() => void) | undefined;
  #planned = false;

  constructor(
    private readonly reads: Reads,
    private readonly clock: Clock = systemClock,
  ) {
    this.#list = new FolderList(reads.list);
  }

  /** Something is known about a folder: it was created, or analyses were started in it. */
  note(folderId: string, facts: FolderFacts & { started?: boolean }): void {
    const { started, ...rest } = facts;
    this.#recent.note(folderId, started === true ? { ...rest, startedAt: this.clock.now() } : rest);
  }

  /** Something outside says that this folder may be ready. Costs a question only if somebody waits for it. */
  hint(folderId: string): void {
    const now = this.clock.now();
    this.#recent.note(folderId, { hintedAt: now });
    const news = !this.#webhooks.trusted;
    this.#webhooks.came();
    for (const subject of this.#subjects.values()) {
      if (news && this.#restful(subject)) this.#schedule(subject, now);
      const concerned =
        subject.id === folderId || [...subject.waiters].some((waiter) => waiter.folderId === folderId);
      if (!concerned) continue;
      subject.hinted = true;
      if (subject.asking === undefined) this.#askOne(subject);
      else subject.again = true;
    }
    this.#plan();
  }

  /**
   * Resolves when none of the analyses runs any more; once, whoever brings the news.
   * @throws OZ_WAIT_TIMEOUT, OZ_CANCELLED, or a fault that asking again does not mend
   */
  async wait(target: WaitTarget, options: WaitOptions): Promise<WaitResult> {
    const { folderId, analysisIds } = target;
    const ids = analysisIds === undefined || analysisIds.length === 0 ? undefined : [...new Set(analysisIds)];
    if (folderId === undefined && ids === undefined) throw fault('targetMissing', {}, { stage: 'wait' });
    ids?.forEach((id) => segment(id, 'analysis'));
    if (folderId !== undefined) segment(folderId, 'folder');
    const { signal } = options;
    if (signal?.aborted === true) throw abortFault(signal);
    return new Promise((resolve, reject) => {
      const now = this.clock.now();
      const subjects =
        folderId === undefined
          ? (ids ?? []).map((id) => this.#subject('analysis', id, now))
          : [this.#subject('folder', folderId, now)];
      const waiter: Waiter = {
        since: now,
        deadline: now + options.timeoutMs,
        onTimeout: options.onTimeout,
        folderId: folderId ?? '',
        analysisIds: ids,
        subjects,
        polls: 0,
        missing: 0,
        overdue: false,
        settle: (end) => {
          if (!this.#waiters.delete(waiter)) return;
          release();
          stopDeadline();
          for (const subject of subjects) this.#leave(subject, waiter);
          if ('result' in end) resolve(end.result);
          else reject(end.error);
          this.#plan();
        },
      };
      const release =
        signal === undefined ? () => {} : onAbort(signal, () => waiter.settle({ error: abortFault(signal) }));
      let stopDeadline = this.clock.after(options.timeoutMs, () => {
        if (waiter.polls > 0) return this.#timeOver(waiter);
        // Nothing is known at all: the question under way, or one asked now, still gets a moment.
        waiter.overdue = true;
        for (const subject of subjects) if (subject.asking === undefined) this.#askOne(subject);
        stopDeadline = this.clock.after(LAST_LOOK_MS, () => this.#timeOver(waiter));
      });
      this.#waiters.add(waiter);
      for (const subject of subjects) {
        subject.waiters.add(waiter);
        subject.nextAt = Math.min(subject.nextAt, Math.max(now, waiter.deadline - LAST_LOOK_MS));
      }
      this.#plan();
    });
  }

  /** Ends all waiting with this error. */
  close(error: OzError): void {
    for (const waiter of this.#waiters) waiter.settle({ error });
    this.#stopTimer?.();
  }

  #subject(kind: Subject['kind'], id: string, now: number): Subject {
    const key = `${kind} ${id}`;
    const known = this.#subjects.get(key);
    // Whoever comes later may wait for analyses that were started since: ask anew.
    const facts = kind === 'folder' ? this.#recent.get(id) : {};
    const started = facts.startedAt;
    if (known !== undefined) {
      known.nextAt = Math.min(known.nextAt, now);
      if (known.asking !== undefined) known.again = true;
      if (started !== undefined && started > known.bornAt)
        Object.assign(known, { bornAt: started, runningAt: started });
      return known;
    }
    const subject: Subject = {
      kind,
      id,
      waiters: new Set(),
      bornAt: started ?? now,
      bornKnown: started !== undefined,
      runningAt: started ?? now,
      createdAt: facts.createdAt,
      webhook: facts.webhook === true,
      hinted: facts.hintedAt !== undefined,
      nextAt: now,
      asking: undefined,
      again: false,
      failures: 0,
      lastError: undefined,
      listMisses: 0,
      latest: undefined,
    };
    this.#subjects.set(key, subject);
    // Analyses that were just started here are not done yet; anything else may be, so it is asked about at once.
    if (started !== undefined && !subject.hinted) this.#schedule(subject, now);
    return subject;
  }

  #leave(subject: Subject, waiter: Waiter): void {
    subject.waiters.delete(waiter);
    if (subject.waiters.size > 0) return;
    this.#subjects.delete(`${subject.kind} ${subject.id}`);
    subject.asking?.abort();
    this.#listing?.subjects.delete(subject);
    if (this.#listing?.subjects.size === 0) this.#listing.abort.abort();
  }

  /** When to ask about this one alone, unless the list comes first. */
  #schedule(subject: Subject, now: number): void {
    if (subject.failures > 0) {
      const backoff = Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (subject.failures - 1));
      const asked = (subject.lastError?.cause.retryAfter ?? 0) * 1000;
      subject.nextAt = now + Math.max(backoff * (0.5 + Math.random() / 2), asked);
    } else if (this.#restful(subject)) {
      subject.nextAt = Math.max(now, subject.runningAt) + WEBHOOK_FALLBACK_MS;
    } else {
      subject.nextAt = whenToAskOne(subject, this.#subjects.size, this.#durations, now);
    }
    const deadline = Math.min(...[...subject.waiters].map((waiter) => waiter.deadline));
    if (now < deadline - LAST_LOOK_MS) subject.nextAt = Math.min(subject.nextAt, deadline - LAST_LOOK_MS);
  }

  /** Its webhook can be counted on. */
  #restful(subject: Subject): boolean {
    return subject.webhook && !subject.hinted && this.#webhooks.trusted;
  }

  /** Plans once, after everything that happens in this turn of the event loop has happened. */
  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      this.#stopTimer?.();
      this.#stopTimer = undefined;
      if (this.#waiters.size > 0) this.#next();
    });
  }

  /** Asks what is due and sets the timer for what comes next. */
  #next(): void {
    const now = this.clock.now();
    const listed = this.#listable(now);
    let next = Infinity;
    if (listed.size > 0 && this.#listing === undefined) {
      const due = Math.max(
        whenToAskAll([...listed], this.#durations, now),
        this.#listedAt + this.#list.pauseMs,
      );
      if (due <= now + 1) void this.#askList([...listed], now);
      else next = due;
    }
    if (this.#listing !== undefined)
      next = Math.min(next, Math.max(now, this.#listing.since + LIST_STUCK_MS));
    for (const subject of this.#subjects.values()) {
      if (subject.asking !== undefined || listed.has(subject)) continue;
      if (subject.nextAt <= now) this.#askOne(subject);
      else next = Math.min(next, subject.nextAt);
    }
    if (next !== Infinity) this.#stopTimer = this.clock.after(Math.max(1, next - now), () => this.#plan());
  }

  /** Those that the list answers for: none when they are few, or when the list is no use at the moment. */
  #listable(now: number): Set<Subject> {
    const stuck = this.#listing !== undefined && now - this.#listing.since >= LIST_STUCK_MS;
    if (stuck || !this.#list.usable(now)) return new Set();
    const oldest = Math.max(LIST_AGE_MS, 1.5 * this.#durations.usual);
    const fit = [...this.#subjects.values()].filter(
      (subject) =>
        subject.createdAt !== undefined &&
        subject.listMisses < 2 &&
        subject.failures === 0 &&
        now - subject.bornAt <= oldest &&
        !this.#restful(subject),
    );
    const newest = Math.max(...fit.map(({ createdAt = 0 }) => createdAt));
    const near = fit.filter(({ createdAt = 0 }) => createdAt >= newest - oldest / 1000);
    return new Set(near.length >= LIST_FROM ? near : []);
  }

  async #askList(subjects: readonly Subject[], askedAt: number): Promise<void> {
    const listing = { abort: new AbortController(), subjects: new Set(subjects), since: askedAt };
    this.#listing = listing;
    const wanted = new Map(subjects.map(({ id, createdAt = 0 }) => [id, createdAt]));
    const folders = await this.#list.find(wanted, () => this.clock.now(), listing.abort.signal);
    this.#listing = undefined;
    this.#listedAt = this.clock.now();
    for (const subject of listing.subjects) {
      const folder = folders?.get(subject.id);
      if (folder !== undefined) {
        subject.listMisses = 0;
        this.#observe(subject, { askedAt, analyses: folder.analyses, media: folder.media, direct: false });
      } else {
        subject.listMisses += folders === undefined ? 0 : 1;
        this.#schedule(subject, this.#listedAt);
      }
    }
    this.#plan();
  }

  #askOne(subject: Subject): void {
    const asking = new AbortController();
    const askedAt = this.clock.now();
    subject.asking = asking;
    subject.again = false;
    this.#read(subject, asking.signal).then(
      ({ createdAt, ...seen }) => {
        this.#asked(subject);
        subject.createdAt ??= createdAt;
        this.#observe(subject, { askedAt, ...seen, direct: true });
      },
      (error: unknown) => {
        this.#asked(subject);
        this.#failed(
          subject,
          error instanceof OzError ? error : fault('unreachable', { host: '', system: 'unknown' }),
        );
      },
    );
  }

  async #read(
    { kind, id }: Subject,
    signal: AbortSignal,
  ): Promise<Pick<Observation, 'analyses' | 'media'> & { createdAt: number | undefined }> {
    if (kind === 'folder') return this.reads.folder(id, signal);
    const analysis = await this.reads.analysis(id, signal);
    return { analyses: [analysis], media: analysis.sourceMedia, createdAt: undefined };
  }

  /** A question about this one alone ended. */
  #asked(subject: Subject): void {
    subject.asking = undefined;
    this.#plan();
  }

  #observe(subject: Subject, observation: Observation): void {
    const now = this.clock.now();
    subject.failures = 0;
    subject.lastError = undefined;
    subject.latest = observation;
    const running =
      observation.analyses.length === 0 ||
      observation.analyses.some(({ resolution }) => resolution === 'PROCESSING');
    if (running) subject.runningAt = Math.max(subject.runningAt, observation.askedAt);
    else this.#learn(subject, now);
    for (const waiter of subject.waiters) {
      waiter.polls += 1;
      const { result, done, missing } = judge(waiter);
      if (missing !== undefined && observation.direct) waiter.missing += 1;
      if (done) waiter.settle({ result: { ...result, timing: this.#timing(waiter) } });
      else if (missing !== undefined && waiter.missing >= MISSING_LIMIT) waiter.settle({ error: missing });
      else if (waiter.overdue) this.#timeOver(waiter);
    }
    this.#schedule(subject, now);
    if (subject.again) {
      subject.again = false;
      subject.nextAt = now;
    }
    this.#plan();
  }

  /** The end lies between the last time it was seen running and now. */
  #learn(subject: Subject, now: number): void {
    if (subject.webhook && !subject.hinted) this.#webhooks.missed();
    if (!subject.bornKnown) return;
    const least = subject.runningAt - subject.bornAt;
    const most = now - subject.bornAt;
    this.#durations.add((least + most) / 2);
  }

  #failed(subject: Subject, error: OzError): void {
    if (subject.waiters.size === 0) return;
    subject.failures += 1;
    subject.lastError = error;
    for (const waiter of subject.waiters) {
      waiter.polls += 1;
      if (PERMANENT.has(error.code)) waiter.settle({ error });
      else if (waiter.overdue) this.#timeOver(waiter);
    }
    this.#schedule(subject, this.clock.now());
  }

  #timeOver(waiter: Waiter): void {
    const { result } = judge(waiter);
    const timing = this.#timing(waiter);
    if (waiter.onTimeout === 'emit') {
      waiter.settle({ result: { ...result, timing } });
      return;
    }
    const seconds = Math.round(timing.waitedMs / 100) / 10;
    const last = waiter.subjects.find(({ lastError }) => lastError !== undefined)?.lastError?.cause;
    const where = waiter.folderId === '' ? {} : { folderId: waiter.folderId };
    waiter.settle({
      error: fault('waitTimeout', { seconds }, { ...last, stage: 'wait', secondsWaited: seconds, ...where }),
    });
  }

  #timing(waiter: Waiter): WaitResult['timing'] {
    return { waitedMs: Math.round(this.clock.now() - waiter.since), polls: waiter.polls };
  }
}
