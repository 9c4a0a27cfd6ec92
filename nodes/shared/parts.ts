import type { NodeAPI } from 'node-red';
import type { Job } from './job';
import type { OzMessage } from './message';

/**
 * Sends one message per item, numbered like core's split node, so that join, batch and sort work. Each is a copy of
 * the incoming message without its payload; `req` and `res` stay the same objects. No item, no message.
 */
export function sendParts<T>(
  RED: NodeAPI,
  job: Job,
  items: readonly T[],
  fill: (msg: OzMessage, item: T) => void,
): void {
  const id = RED.util.generateId();
  delete job.msg.payload;
  for (const [index, item] of items.entries()) {
    const msg: OzMessage = RED.util.cloneMessage(job.msg);
    fill(msg, item);
    // Like split, it keeps the numbering of an outer sequence below the new one.
    const parts = { id, index, count: items.length, type: 'array', len: 1 };
    msg.parts = msg.parts === undefined ? parts : Object.assign(parts, { parts: msg.parts });
    job.send(msg);
  }
}

/** Sends a list as the payload of one message, or, with `split`, one message per item: see {@link sendParts}. */
export function sendList(RED: NodeAPI, job: Job, items: readonly object[], split: boolean): void {
  if (split) {
    sendParts(RED, job, items, (msg, item) => {
      msg.payload = item;
    });
    return;
  }
  job.msg.payload = items;
  job.send(job.msg);
}
