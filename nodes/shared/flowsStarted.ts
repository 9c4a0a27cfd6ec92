import type { NodeAPI } from 'node-red';
import { abortError, onAbort } from '../../client';

type Events = NodeAPI['events'];

interface Subscribers {
  actions: Set<() => void>;
  listener: () => void;
}

/** Subscribers by runtime. They share one listener, because Node.js warns of more than ten. */
const subscribers = new WeakMap<Events, Subscribers>();

function subscribersOf(events: Events): Subscribers {
  const known = subscribers.get(events);
  if (known !== undefined) return known;
  const actions = new Set<() => void>();
  const listener = (): void => {
    for (const action of actions) action();
  };
  const made = { actions, listener };
  subscribers.set(events, made);
  return made;
}

/** Calls `action` whenever a deploy is complete and its flows run. Returns a function that unsubscribes. */
export function onFlowsStarted({ events }: NodeAPI, action: () => void): () => void {
  const { actions, listener } = subscribersOf(events);
  if (actions.size === 0) events.on('flows:started', listener);
  // Wrapped, so that the same function can be subscribed more than once.
  const own = (): void => action();
  actions.add(own);
  return () => {
    if (actions.delete(own) && actions.size === 0) events.removeListener('flows:started', listener);
  };
}

/** Resolves when the deploy that is under way is complete. Rejects when the signal is aborted first. */
export function flowsStarted(RED: NodeAPI, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const unsubscribe = onFlowsStarted(RED, () => {
      unsubscribe();
      release();
      resolve();
    });
    const release = onAbort(signal, () => {
      unsubscribe();
      reject(abortError(signal));
    });
  });
}
