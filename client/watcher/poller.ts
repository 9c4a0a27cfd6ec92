import { OzError } from '../errors/ozError';
import type { Analysis, Media } from '../model';
import { ozError } from '../errors/errorMessages';
import type { Clock } from './clock';
import { Durations } from './durations';
import { FolderList, type ListRead } from './folderList';
import { RecentFolders } from './recent';
import { whenToAskAll, whenToAskOne } from './schedule';
import { LAST_LOOK_MS, type Observation, type PollTarget } from './pollTarget';
import { WebhookTrust } from './webhooks';

/** The questions that can be asked. */
export interface Reads {
  folder(
    folderId: string,
    signal: AbortSignal,
  ): Promise<{ analyses: Analysis[]; media: Media[]; createdAt: number | undefined }>;
  analysis(analysisId: string, signal: AbortSignal): Promise<Analysis>;
  list: ListRead;
}

/** Who is told what the questions bring. */
export interface News {
  /** `subject.latest` is new. */
  seen(subject: PollTarget): void;
  failed(subject: PollTarget, error: OzError): void;
}

/** From so many jobs on, one list is cheaper than single questions. */
const LIST_FROM = 3;
/** Jobs much older than usual are not looked for in the list: it would have to reach back for their sake. */
const LIST_AGE_MS = 10_000;
/** Between two lists lies at least this part of what analyses usually take: nobody waits for less. */
const LIST_PAUSE = 1 / 75;
/** A list that takes longer than this is not waited for. */
const LIST_STUCK_MS = 2000;
/** Questions about a job whose webhook can be counted on, in case that one gets lost. */
const WEBHOOK_FALLBACK_MS = 15_000;
/** A webhook may come before the answer to the request that started the analyses. */
const EARLY_HINT_MS = 5000;
/** A duration by the server's clock may lie so far outside of what was seen here. */
const CLOCKS_MS = 100;
const FIRST_RETRY_MS = 500;
const LONGEST_RETRY_MS = 30_000;

/** Decides when to ask about what, whether about one or about many, and asks. */
export class Poller {
  readonly #subjects = new Map<string, PollTarget>();
  readonly #durations = new Durations();
  readonly #webhooks = new WebhookTrust();
  readonly #list: FolderList;
  #listing: { abort: AbortController; subjects: Set<PollTarget>; since: number } | undefined;
  #listedAt = -Infinity;
  #stopTimer: (() => void) | undefined;
  #planned = false;

  readonly #reads: Reads;
  readonly #clock: Clock;
  readonly #recent: RecentFolders;
  readonly #news: News;

  constructor(reads: Reads, clock: Clock, recent: RecentFolders, news: News) {
    this.#reads = reads;
    this.#clock = clock;
    this.#recent = recent;
    this.#news = news;
    this.#list = new FolderList(reads.list);
  }

  /** The subject of this id; a new one is asked about when its time comes. */
  about(kind: PollTarget['kind'], id: string): PollTarget {
    const now = this.#clock.now();
    const facts = kind === 'folder' ? this.#recent.get(id) : {};
    const started = facts.startedAt;
    const key = keyOf({ kind, id });
    const known = this.#subjects.get(key);
    if (known !== undefined) {
      // Whoever comes later may wait for analyses that were started since: ask anew.
      known.nextAt = Math.min(known.nextAt, now);
      known.again = known.asking !== undefined;
      if (started !== undefined && started > known.bornAt) {
        known.bornAt = started;
        known.runningAt = started;
      }
      return known;
    }
    const hintedAt = facts.hintedAt ?? -Infinity;
    const subject: PollTarget = {
      kind,
      id,
      waiters: new Set(),
      bornAt: started ?? now,
      bornKnown: started !== undefined,
      runningAt: started ?? now,
      createdAt: facts.createdAt,
      webhook: facts.webhook === true,
      hinted: hintedAt > (started ?? now) - EARLY_HINT_MS,
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

  /** Nobody waits for it any more. */
  drop(subject: PollTarget): void {
    this.#subjects.delete(keyOf(subject));
    subject.asking?.abort();
    this.#listing?.subjects.delete(subject);
    if (this.#listing?.subjects.size === 0) this.#listing.abort.abort();
    this.plan();
  }

  /** Asks about this one at once, unless it is being asked about already. */
  askNow(subject: PollTarget): void {
    if (subject.asking === undefined) this.#askOne(subject);
  }

  /** A webhook came for one of these; what is under way may have been asked too early. */
  hint(concerns: (subject: PollTarget) => boolean): void {
    const now = this.#clock.now();
    const isNews = !this.#webhooks.trusted;
    this.#webhooks.came();
    for (const subject of this.#subjects.values()) {
      if (isNews && this.#restful(subject)) this.#schedule(subject, now);
      if (!concerns(subject)) continue;
      subject.hinted = true;
      subject.again = subject.asking !== undefined;
      this.askNow(subject);
    }
    this.plan();
  }

  close(): void {
    this.#stopTimer?.();
  }

  /** When to ask about this one alone, unless the list comes first. */
  #schedule(subject: PollTarget, now: number): void {
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
  #restful(subject: PollTarget): boolean {
    return subject.webhook && !subject.hinted && this.#webhooks.trusted;
  }

  /** Plans once, after everything that happens in this turn of the event loop has happened. */
  plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    queueMicrotask(() => {
      this.#planned = false;
      this.#stopTimer?.();
      this.#stopTimer = undefined;
      if (this.#subjects.size > 0) this.#next();
    });
  }

  /** Asks what is due and sets the timer for what comes next. */
  #next(): void {
    const now = this.#clock.now();
    const listed = this.#listable(now);
    let next = Infinity;
    if (listed.size > 0 && this.#listing === undefined) {
      const pause = Math.max(this.#list.pauseMs, this.#durations.usual * LIST_PAUSE);
      const due = Math.max(whenToAskAll([...listed], this.#durations, now), this.#listedAt + pause);
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
    if (next !== Infinity) this.#stopTimer = this.#clock.after(Math.max(1, next - now), () => this.plan());
  }

  /** Those that the list answers for: none when they are few, or when the list is no use at the moment. */
  #listable(now: number): Set<PollTarget> {
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

  async #askList(subjects: readonly PollTarget[], askedAt: number): Promise<void> {
    const listing = { abort: new AbortController(), subjects: new Set(subjects), since: askedAt };
    this.#listing = listing;
    const wanted = new Map(subjects.map(({ id, createdAt = 0 }) => [id, createdAt]));
    const folders = await this.#list.find(wanted, () => this.#clock.now(), listing.abort.signal);
    this.#listing = undefined;
    this.#listedAt = this.#clock.now();
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
    this.plan();
  }

  #askOne(subject: PollTarget): void {
    const asking = new AbortController();
    const askedAt = this.#clock.now();
    subject.asking = asking;
    subject.again = false;
    void this.#read(subject, asking.signal)
      .then(
        ({ createdAt, analyses, media }) => {
          subject.asking = undefined;
          subject.createdAt ??= createdAt;
          return this.#observe(subject, { askedAt, analyses, media, direct: true });
        },
        (error: unknown) => {
          subject.asking = undefined;
          return this.#failed(subject, error);
        },
      )
      .finally(() => this.plan());
  }

  async #read(
    { kind, id }: PollTarget,
    signal: AbortSignal,
  ): Promise<Pick<Observation, 'analyses' | 'media'> & { createdAt: number | undefined }> {
    if (kind === 'folder') return this.#reads.folder(id, signal);
    const analysis = await this.#reads.analysis(id, signal);
    return { analyses: [analysis], media: analysis.sourceMedia, createdAt: undefined };
  }

  #observe(subject: PollTarget, observation: Observation): void {
    const now = this.#clock.now();
    // A list and a question about one may overtake each other: the younger question knows better.
    if (subject.latest !== undefined && observation.askedAt < subject.latest.askedAt) return;
    subject.failures = 0;
    subject.lastError = undefined;
    subject.latest = observation;
    const { analyses } = observation;
    if (analyses.length === 0 || analyses.some(({ resolution }) => resolution === 'PROCESSING')) {
      subject.runningAt = Math.max(subject.runningAt, observation.askedAt);
    } else {
      this.#learn(subject, analyses, now);
    }
    this.#news.seen(subject);
    if (subject.waiters.size === 0) return;
    this.#schedule(subject, now);
    if (subject.again) subject.nextAt = now;
    subject.again = false;
  }

  /** The end lies between the last time it was seen running and now; the server's own times narrow that down. */
  #learn(subject: PollTarget, analyses: readonly Analysis[], now: number): void {
    if (subject.webhook && !subject.hinted) this.#webhooks.missed();
    if (!subject.bornKnown) return;
    const least = subject.runningAt - subject.bornAt;
    const most = now - subject.bornAt;
    const told = Math.max(...analyses.map(({ tookMs }) => tookMs ?? NaN));
    this.#durations.add(told >= least - CLOCKS_MS && told <= most + CLOCKS_MS ? told : (least + most) / 2);
  }

  #failed(subject: PollTarget, cause: unknown): void {
    if (subject.waiters.size === 0) return;
    const error = cause instanceof OzError ? cause : ozError('internal', {}, { stage: 'wait' });
    subject.failures += 1;
    subject.lastError = error;
    this.#news.failed(subject, error);
    if (subject.waiters.size > 0) this.#schedule(subject, this.#clock.now());
  }
}

function keyOf({ kind, id }: Pick<PollTarget, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}
