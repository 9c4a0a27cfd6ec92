import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Sessions } from '../auth/sessions';
import { WireError } from '../errors';
import type { Controls, FaultPoint } from './controls';

/** How long a slow answer takes. */
export const SLOW_MS = 3000;

declare module 'fastify' {
  interface FastifyRequest {
    /** The answer is to be cut in half: a fault on request. */
    cutAnswer: boolean;
  }
}

/** An answer of a web server in front of the API: HTML, not JSON (docs/oz-api.md 4.7). */
export class HtmlError extends Error {
  override readonly name = 'HtmlError';
  constructor(
    readonly status: number,
    title: string,
  ) {
    super(title);
  }
}

/** The connection is to be broken without an answer. */
export class ResetError extends Error {
  override readonly name = 'ResetError';
}

/** Strikes with the faults that a test asked for, and counts how often it did. */
export class Faults {
  readonly #struck = new Map<string, number>();

  constructor(readonly sessions: Sessions) {}

  /**
   * To be awaited before the work of a step. `scope` is what is counted: a folder, or for uploads the controls
   * themselves, since there is no folder yet. Throws the fault; returns when there is none to strike with.
   */
  async strike(
    point: FaultPoint,
    scope: string,
    controls: Controls,
    call: { request: FastifyRequest; reply: FastifyReply; token: string | undefined },
  ): Promise<void> {
    const { fault } = controls;
    if (fault === undefined || (controls.faultAt ?? 'result') !== point) return;
    if (!this.#due(`${point} ${fault} ${scope}`, controls.faultTimes ?? 1)) return;
    switch (fault) {
      case '401-once':
        this.sessions.revoke(call.token);
        throw new WireError('authExpired');
      case '429':
        throw new WireError('throttling');
      case '429-retry-after':
        call.reply.header('Retry-After', '1');
        throw new WireError('throttling');
      case '500-json':
        throw new WireError('unknown');
      case '502-html':
        throw new HtmlError(502, '502 Bad Gateway');
      case '413-html':
        throw new HtmlError(413, '413 Request Entity Too Large');
      case 'reset':
        throw new ResetError();
      case 'truncated':
        call.request.cutAnswer = true;
        return;
      case 'slow':
        await sleep(SLOW_MS, undefined, { ref: false });
        return;
      case 'hang':
        await new Promise((resolve) => call.request.raw.socket.once('close', resolve));
        throw new ResetError();
      case 'webhook-duplicate':
      case 'webhook-early':
        return; // Not faults of an answer: see webhooks.
    }
  }

  /** Counts up to `times`, lets one pass, and begins again. */
  #due(key: string, times: number): boolean {
    const struck = this.#struck.get(key) ?? 0;
    if (struck < times) this.#struck.set(key, struck + 1);
    return struck < times;
  }
}
