import type { Node, NodeAPI } from 'node-red';
import { OzError } from '../../client';
import { toNodeError } from '../shared/errors';
import { onFlowsStarted } from '../shared/flowsStarted';
import { LOG_TEXTS } from '../shared/logging';
import { ozOf, type OzMessage } from '../shared/message';
import type { ServerLink } from '../shared/server';
import { translate } from '../shared/text';
import { LEASE_MS } from './processIdentity';
import { systemCode } from './storeWarnings';
import type { FoundWait, WaitStore } from './waitStore';

/**
 * Once all nodes run, the kept messages come in again as if they had just arrived, marked by `msg.oz.resumed`; later
 * also those of other instances that ended.
 */
export function resumeAtStart(
  RED: NodeAPI,
  node: Node,
  server: ServerLink,
  store: WaitStore,
  resumed: WeakMap<OzMessage, FoundWait>,
): void {
  const resume = async (): Promise<void> => {
    const all = await store.takeOver();
    if (all.length === 0) return;
    try {
      // Without one, each would end in the same error and stay in the store.
      await server.client();
    } catch (error) {
      for (const { key } of all) store.leave(key);
      throw error;
    }
    for (const found of all) {
      if (closed) return;
      const id = found.msg['_msgid'];
      const msg: OzMessage = { ...found.msg, _msgid: typeof id === 'string' ? id : RED.util.generateId() };
      ozOf(msg).resumed = true;
      resumed.set(msg, found);
      node.receive(msg);
    }
  };
  let closed = false;
  let warned = false;
  const look = (): void => {
    resume().catch((error: unknown) => {
      if (warned || closed) return;
      warned = true;
      node.warn(
        error instanceof OzError
          ? toNodeError(RED, error).message
          : translate(RED, 'log.notRead', LOG_TEXTS.notRead, { system: systemCode(error) }),
      );
    });
  };
  let timer: NodeJS.Timeout | undefined;
  // Each deploy may bring the server that was missing.
  const unsubscribe = onFlowsStarted(RED, () => {
    look();
    // Another instance that shares the store may end and leave its waits behind at any time.
    timer ??= setInterval(look, LEASE_MS / 2).unref();
  });
  node.on('close', () => {
    closed = true;
    unsubscribe();
    clearInterval(timer);
  });
}
