import type { NodeAPI } from 'node-red';
import { abortError, onAbort } from '../../client';

type Events = NodeAPI['events'];

interface Subscribers {
  actions: Set<() => void>;
  listener: () => void;
}

/** Who wants to know, by runtime. One listener for all of them: Node.js warns of more than ten. */
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

/** Calls `action` whenever a deploy is complete and its flows run. Returns how to unsubscribe. */
export function onFlowsStarted({ events }: NodeAPI, action: () => void): () => void {
  const { actions, listener } = subscribersOf(events);
  if (actions.size === 0) events.on('flows:started', listener);
  // Each subscription is one of its own, even of the same function.
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
