import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { OzError } from './errors/ozError';
import { ozError } from './errors/errorMessages';

/** The error of an aborted signal: its reason when it is one of ours (the client was closed), else OZ_CANCELLED. */
export function abortError(signal: AbortSignal): OzError {
  const reason: unknown = signal.reason;
  return reason instanceof OzError ? reason : ozError('cancelled');
}

/** What an abort calls. It is emptied when nobody is interested any more: see {@link onAbort}. */
interface Action {
  call: (() => void) | undefined;
}

/** The one listener to a signal, and what it calls. */
interface Listener {
  actions: Set<Action>;
  end: () => void;
}

const listeners = new WeakMap<AbortSignal, Listener>();

/**
 * Calls `action` once when the signal is aborted; returns a function that stops listening. It does nothing for a signal
 * that has been aborted already, so callers look at `aborted` first.
 *
 * Thousands of requests may listen to the same signal, such as that of the client. They share one listener, because Node
 * compares each new listener with all existing ones.
 */
export function onAbort(signal: AbortSignal, action: () => void): () => void {
  const { actions, end } = listeners.get(signal) ?? listen(signal);
  const one: Action = { call: action };
  actions.add(one);
  return () => {
    // Deleting it from the set is not enough. V8 moves a set to a new table from time to time, and the old table holds on to
    // what was in it until the next full garbage collection. An empty action holds on to no request.
    one.call = undefined;
    actions.delete(one);
    if (actions.size === 0) end();
  };
}

function listen(signal: AbortSignal): Listener {
  const actions = new Set<Action>();
  const call = (): void => {
    for (const action of actions) action.call?.();
  };
  const listener: Listener = {
    actions,
    end: () => {
      signal.removeEventListener('abort', call);
      // Whoever stops listening twice must not remove the listener of those who came later.
      if (listeners.get(signal) === listener) listeners.delete(signal);
    },
  };
  signal.addEventListener('abort', call, { once: true });
  listeners.set(signal, listener);
  return listener;
}

/** Waits for a promise that others share: this signal ends the wait, not the promise. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(abortError(signal));
  return new Promise<T>((resolve, reject) => {
    const release = onAbort(signal, () => reject(abortError(signal)));
    promise.then(resolve, reject).finally(release);
  });
}

/** Waits this long; rejects when the signal is aborted first. */
export async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    // Many may pause with the same signal, and Node warns of more than ten listeners as of a leak.
    setMaxListeners(0, signal);
    await delay(ms, undefined, { signal });
  } catch {
    throw abortError(signal);
  }
}

/** A signal that follows others until it is released. */
interface JoinedSignal {
  signal: AbortSignal;
  /** Stops following them, so that a long-lived signal no longer holds on to the joined one. */
  release: () => void;
}

/**
 * A signal that is aborted as soon as one of two is. Not `AbortSignal.any`, whose signals cannot be released: in Node 20 each
 * of them leaves about 60 bytes with a long-lived signal that it follows, for good, and takes 24 µs instead of 13.
 */
export function joinSignals(a: AbortSignal, b: AbortSignal | undefined): JoinedSignal {
  if (b === undefined) return { signal: a, release: () => {} };
  const joined = new AbortController();
  const releases = [a, b].map((signal) => onAbort(signal, () => joined.abort(signal.reason)));
  const ended = [a, b].find(({ aborted }) => aborted);
  if (ended !== undefined) joined.abort(ended.reason);
  return {
    signal: joined.signal,
    release: () => {
      for (const release of releases) release();
    },
  };
}
