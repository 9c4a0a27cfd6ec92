import { OzError } from './errors/ozError';
import { ozError } from './errors/errorMessages';

/**
 * Ends work early, as an `AbortController` and its signal do together, for a fraction of their cost: each request has
 * some of its own, and listens to several.
 */
export class Stopper {
  readonly #actions = new Set<() => void>();
  #reason: unknown;
  #aborted = false;

  get aborted(): boolean {
    return this.#aborted;
  }

  get reason(): unknown {
    return this.#reason;
  }

  /** Only the first call counts. */
  abort(reason?: unknown): void {
    if (this.#aborted) return;
    this.#aborted = true;
    this.#reason = reason;
    for (const action of this.#actions) action();
    this.#actions.clear();
  }

  /** Calls `action` once when it is aborted; returns how to forget it. */
  onAbort(action: () => void): () => void {
    if (!this.#aborted) this.#actions.add(action);
    return () => this.#actions.delete(action);
  }
}

/** What work listens to, to end early. */
export type StopSignal = AbortSignal | Stopper;

/** The error of an aborted signal: its reason when it is one of ours (the client was closed), else OZ_CANCELLED. */
export function abortError(signal: StopSignal): OzError {
  const reason: unknown = signal.reason;
  return reason instanceof OzError ? reason : ozError('cancelled');
}

/** Calls `action` once when the signal is aborted; returns how to forget it. */
export function onAbort(signal: StopSignal, action: () => void): () => void {
  if (signal instanceof Stopper) return signal.onAbort(action);
  signal.addEventListener('abort', action, { once: true });
  return () => signal.removeEventListener('abort', action);
}

/** Waits for a promise that others share: this signal ends the waiting, not the promise. */
export function unlessAborted<T>(promise: Promise<T>, signal: StopSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(abortError(signal));
  return new Promise<T>((resolve, reject) => {
    const release = onAbort(signal, () => reject(abortError(signal)));
    promise.then(resolve, reject).finally(release);
  });
}

/** Waits so long, or rejects when the signal is aborted. */
export function pause(ms: number, signal: StopSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortError(signal));
      return;
    }
    const release = onAbort(signal, () => {
      clearTimeout(timer);
      reject(abortError(signal));
    });
    const timer = setTimeout(() => {
      release();
      resolve();
    }, ms);
  });
}

/**
 * A signal that is aborted with the first of two. Unlike `AbortSignal.any` it can be let go, so that a long-lived
 * signal does not gather the remains of every short-lived one.
 */
export function joinSignals(
  a: StopSignal,
  b: StopSignal | undefined,
): { signal: StopSignal; release: () => void } {
  if (b === undefined) return { signal: a, release: () => {} };
  const joined = new Stopper();
  const end = (): void => joined.abort(a.aborted ? a.reason : b.reason);
  if (a.aborted || b.aborted) end();
  const releaseA = onAbort(a, end);
  const releaseB = onAbort(b, end);
  return {
    signal: joined,
    release: () => {
      releaseA();
      releaseB();
    },
  };
}
