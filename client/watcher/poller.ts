import { OzError } from '../errors/ozError';
import type { Analysis, Media } from '../model';
import { ozError } from '../errors/errorMessages';
import type { Clock } from './clock';
import { Durations } from './durations';
import { FolderList, type ListRead } from './folderList';
import { RecentFolders } from './recent';
import { reliesOnWebhook, schedule, whenToAskAlone, type ScheduleState } from './schedule';
import { LAST_LOOK_MS, type Observation, type PollTarget, type Waiter } from './pollTarget';
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

/** Called when a question ends. */
interface PollerEvents {
  /** `target.latest` is new. */
  onAnswer(target: PollTarget): void;
  onError(target: PollTarget, error: OzError): void;
}

/** A webhook may come before the answer to the request that started the analyses. */
const EARLY_HINT_MS = 5000;
/** A decision looks at every target, so with many targets one decision covers several milliseconds. */
const TARGETS_PER_MS = 50;
const MAX_DECISION_DELAY_MS = 50;
/** A duration by the server's clock may differ this much from what was seen here. */
const CLOCK_TOLERANCE_MS = 100;

/** Owns the state of everything that is asked about, and asks when {@link schedule} says so. */
export class Poller {
  readonly #targets = new Map<string, PollTarget>();
  readonly #durations = new Durations();
  readonly #webhooks = new WebhookTrust();
  readonly #list: FolderList;
  #listing: { abort: AbortController; targets: Set<PollTarget>; since: number } | undefined;
  #listAskedAt = -Infinity;
  #listedAt = -Infinity;
  #stopTimer: (() => void) | undefined;
  #planned = false;
  #stopPlan: (() => void) | undefined;

  readonly #reads: Reads;
  readonly #clock: Clock;
  readonly #recent: RecentFolders;
  readonly #events: PollerEvents;

  constructor(reads: Reads, clock: Clock, recent: RecentFolders, events: PollerEvents) {
    this.#reads = reads;
    this.#clock = clock;
    this.#recent = recent;
    this.#events = events;
    this.#list = new FolderList(reads.list);
  }

  /** The target of this id; a new one is asked about when its time comes. */
  targetFor(kind: PollTarget['kind'], id: string): PollTarget {
    const now = this.#clock.now();
    const facts = kind === 'folder' ? this.#recent.get(id) : {};
    const started = facts.startedAt;
    const key = keyOf({ kind, id });
    const known = this.#targets.get(key);
    if (known !== undefined) {
      // Whoever comes later may wait for analyses that were started since: ask again.
      known.nextAt = Math.min(known.nextAt, now);
      known.again = known.asking !== undefined;
      if (started !== undefined && started > known.bornAt) {
        known.bornAt = started;
        known.runningAt = started;
      }
      return known;
    }
    const hintedAt = facts.hintedAt ?? -Infinity;
    const target: PollTarget = {
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
      undecidedSince: undefined,
      listMisses: 0,
      latest: undefined,
    };
    this.#targets.set(key, target);
    // Analyses that were just started here are not done yet; anything else may be, so it is asked about at once.
    if (started !== undefined && !target.hinted) this.#setNextAt(target, now);
    return target;
  }

  /** Somebody waits for these: they are asked about until nobody does any more. */
  addWaiter(waiter: Waiter): void {
    for (const target of waiter.targets) {
      target.waiters.add(waiter);
      target.nextAt = Math.min(target.nextAt, Math.max(waiter.since, waiter.deadline - LAST_LOOK_MS));
    }
    this.#plan();
  }

  removeWaiter(waiter: Waiter): void {
    for (const target of waiter.targets) {
      target.waiters.delete(waiter);
      if (target.waiters.size === 0) this.#drop(target);
    }
  }

  #drop(target: PollTarget): void {
    this.#targets.delete(keyOf(target));
    target.asking?.abort();
    this.#listing?.targets.delete(target);
    if (this.#listing?.targets.size === 0) this.#listing.abort.abort();
    this.#plan();
  }

  /** Asks about this one at once, unless it is being asked about already. */
  askNow(target: PollTarget): void {
    if (target.asking === undefined) this.#askOne(target);
  }

  /** A webhook came for one of these; what is under way may have been asked too early. */
  hint(concerns: (target: PollTarget) => boolean): void {
    const now = this.#clock.now();
    const newlyTrusted = !this.#webhooks.trusted;
    this.#webhooks.came();
    for (const target of this.#targets.values()) {
      if (newlyTrusted && reliesOnWebhook(target, this.#webhooks.trusted)) this.#setNextAt(target, now);
      if (!concerns(target)) continue;
      target.hinted = true;
      target.again = target.asking !== undefined;
      this.askNow(target);
    }
    this.#plan();
  }

  close(): void {
    this.#stopTimer?.();
    this.#stopPlan?.();
  }

  #setNextAt(target: PollTarget, now: number): void {
    const state = {
      count: this.#targets.size,
      durations: this.#durations,
      webhooksTrusted: this.#webhooks.trusted,
    };
    target.nextAt = whenToAskAlone(target, state, now, Math.random());
  }

  /** An earlier time than necessary does no harm, and thousands of them need not be computed after each list. */
  #setNextAtIfDue(target: PollTarget, now: number): void {
    if (target.nextAt <= now) this.#setNextAt(target, now);
  }

  /** Decides once about everything that happens in this turn of the event loop, or in a few milliseconds. */
  #plan(): void {
    if (this.#planned) return;
    this.#planned = true;
    const delayMs = Math.min(MAX_DECISION_DELAY_MS, Math.floor(this.#targets.size / TARGETS_PER_MS));
    if (delayMs === 0) queueMicrotask(() => this.#decide());
    else this.#stopPlan = this.#clock.after(delayMs, () => this.#decide());
  }

  #decide(): void {
    this.#planned = false;
    this.#stopTimer?.();
    this.#stopPlan?.();
    this.#stopTimer = undefined;
    this.#stopPlan = undefined;
    if (this.#targets.size > 0) this.#next();
  }

  /** Asks what is due and sets the timer for what comes next. */
  #next(): void {
    const now = this.#clock.now();
    const state: ScheduleState<PollTarget> = {
      targets: [...this.#targets.values()],
      durations: this.#durations,
      webhooksTrusted: this.#webhooks.trusted,
      list: {
        usable: this.#list.usable(now),
        ofChanges: this.#list.ofChanges,
        pauseMs: this.#list.pauseMs,
        tookMs: this.#list.tookMs,
        lastAskedAt: this.#listAskedAt,
        lastAnsweredAt: this.#listedAt,
        askedAt: this.#listing?.since,
      },
    };
    const { inList, singly, nextAt } = schedule(state, now);
    if (inList.length > 0) void this.#askList(inList, now);
    for (const target of singly) this.#askOne(target);
    if (nextAt !== Infinity)
      this.#stopTimer = this.#clock.after(Math.max(1, nextAt - now), () => this.#decide());
  }

  async #askList(targets: readonly PollTarget[], askedAt: number): Promise<void> {
    const listing = { abort: new AbortController(), targets: new Set(targets), since: askedAt };
    this.#listing = listing;
    this.#listAskedAt = askedAt;
    const all = new Map(targets.map(({ id, createdAt = 0 }) => [id, createdAt]));
    const firstMs = this.#durations.first;
    const isYoung = (one: PollTarget): boolean => one.bornKnown && askedAt - one.bornAt < firstMs;
    const young = new Set(targets.filter(isYoung).map(({ id }) => id));
    const folders = await this.#list.find(all, young, () => this.#clock.now(), listing.abort.signal);
    this.#listing = undefined;
    this.#listedAt = this.#clock.now();
    for (const target of listing.targets) {
      const folder = folders?.get(target.id);
      if (folder === 'unchanged') {
        target.runningAt = Math.max(target.runningAt, askedAt);
        this.#setNextAtIfDue(target, this.#listedAt);
      } else if (folder !== undefined) {
        target.listMisses = 0;
        this.#observe(target, { askedAt, analyses: folder.analyses, media: folder.media, direct: false });
      } else if (folders === undefined || !young.has(target.id)) {
        target.listMisses += folders === undefined ? 0 : 1;
        this.#setNextAt(target, this.#listedAt);
      }
    }
    // At once: with thousands of jobs, the next list may be due before a delayed decision.
    this.#decide();
  }

  #askOne(target: PollTarget): void {
    const asking = new AbortController();
    const askedAt = this.#clock.now();
    target.asking = asking;
    target.again = false;
    void this.#read(target, asking.signal)
      .then(
        ({ createdAt, analyses, media }) => {
          target.asking = undefined;
          target.createdAt ??= createdAt;
          return this.#observe(target, { askedAt, analyses, media, direct: true });
        },
        (error: unknown) => {
          target.asking = undefined;
          return this.#failed(target, error);
        },
      )
      .finally(() => this.#plan());
  }

  async #read(
    { kind, id }: PollTarget,
    signal: AbortSignal,
  ): Promise<Pick<Observation, 'analyses' | 'media'> & { createdAt: number | undefined }> {
    if (kind === 'folder') return this.#reads.folder(id, signal);
    const analysis = await this.#reads.analysis(id, signal);
    return { analyses: [analysis], media: analysis.sourceMedia, createdAt: undefined };
  }

  #observe(target: PollTarget, observation: Observation): void {
    const now = this.#clock.now();
    // A list and a single question may overtake each other: the later question wins.
    if (target.latest !== undefined && observation.askedAt < target.latest.askedAt) return;
    target.failures = 0;
    target.lastError = undefined;
    target.latest = observation;
    const { analyses } = observation;
    if (analyses.length === 0 || analyses.some(({ resolution }) => resolution === 'PROCESSING')) {
      target.runningAt = Math.max(target.runningAt, observation.askedAt);
    } else if ([...target.waiters].some(({ forDecision }) => !forDecision)) {
      this.#learn(target, analyses, now);
    }
    this.#events.onAnswer(target);
    if (target.waiters.size === 0) return;
    const undecided = [...target.waiters].every((waiter) => waiter.undecided);
    target.undecidedSince = undecided ? (target.undecidedSince ?? now) : undefined;
    if (observation.direct || undecided) this.#setNextAt(target, now);
    else this.#setNextAtIfDue(target, now);
    if (target.again) target.nextAt = now;
    target.again = false;
  }

  /** The end lies between the last time it was seen running and now; the server's own times narrow that down. */
  #learn(target: PollTarget, analyses: readonly Analysis[], now: number): void {
    if (target.webhook && !target.hinted) this.#webhooks.missed();
    if (!target.bornKnown) return;
    const least = target.runningAt - target.bornAt;
    const most = now - target.bornAt;
    const told = Math.max(...analyses.map(({ tookMs }) => tookMs ?? NaN));
    this.#durations.add(
      told >= least - CLOCK_TOLERANCE_MS && told <= most + CLOCK_TOLERANCE_MS ? told : (least + most) / 2,
    );
  }

  #failed(target: PollTarget, cause: unknown): void {
    if (target.waiters.size === 0) return;
    const error = cause instanceof OzError ? cause : ozError('internal', {}, { stage: 'wait' });
    target.failures += 1;
    target.lastError = error;
    this.#events.onError(target, error);
    if (target.waiters.size > 0) this.#setNextAt(target, this.#clock.now());
  }
}

function keyOf({ kind, id }: Pick<PollTarget, 'kind' | 'id'>): string {
  return `${kind} ${id}`;
}
