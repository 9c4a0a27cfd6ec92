import { OzError } from './errors';
import { fault } from './sentences';

/** The error of an aborted signal: its reason when it is one of ours (the client was closed), else OZ_CANCELLED. */
export function abortFault(signal: AbortSignal): OzError {
  const reason: unknown = signal.reason;
  return reason instanceof OzError ? reason : fault('cancelled');
}

/** Calls `action` once when the signal is aborted; returns how to forget it. */
export function onAbort(signal: AbortSignal, action: () => void): () => void {
  signal.addEventListener('abort', action, { once: true });
  return () => signal.removeEventListener('abort', action);
}

/** Waits for a promise that others share: this signal ends the waiting, not the promise. */
export function unlessAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(abortFault(signal));
  return new Promise<T>((resolve, reject) => {
    const release = onAbort(signal, () => reject(abortFault(signal)));
    promise.then(resolve, reject).finally(release);
  });
}

/** Waits so long, or rejects when the signal is aborted. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(abortFault(signal));
      return;
    }
    const release = onAbort(signal, () => {
      clearTimeout(timer);
      reject(abortFault(signal));
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
  a: AbortSignal,
  b: AbortSignal | undefined,
): { signal: AbortSignal; release: () => void } {
  if (b === undefined) return { signal: a, release: () => {} };
  const joined = new AbortController();
  const end = (): void => joined.abort(a.aborted ? a.reason : b.reason);
  if (a.aborted || b.aborted) end();
  const releaseA = onAbort(a, end);
  const releaseB = onAbort(b, end);
  return {
    signal: joined.signal,
    release: () => {
      releaseA();
      releaseB();
    },
  };
}
