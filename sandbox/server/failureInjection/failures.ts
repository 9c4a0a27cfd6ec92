import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Sessions } from '../auth/sessions';
import { ApiError } from '../errors';
import type { Controls, FailurePoint } from './controls';

/** How long a slow answer takes. */
export const SLOW_MS = 3000;

declare module 'fastify' {
  interface FastifyRequest {
    /** The answer is to be cut in half: a failure on request. */
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

/** Injects the failures that a test asked for, and counts them. */
export class FailureInjector {
  readonly #injected = new Map<string, number>();

  constructor(readonly sessions: Sessions) {}

  /**
   * To be awaited before the work of a step. Failures are counted by `scope`: a folder, or for uploads the controls
   * themselves, since there is no folder yet. Throws the failure; returns when there is none to inject.
   */
  async inject(
    point: FailurePoint,
    scope: string,
    controls: Controls,
    call: { request: FastifyRequest; reply: FastifyReply; token: string | undefined },
  ): Promise<void> {
    const { failure } = controls;
    if (failure === undefined || (controls.failureAt ?? 'result') !== point) return;
    if (!this.#due(`${point} ${failure} ${scope}`, controls.failureTimes ?? 1)) return;
    switch (failure) {
      case '401-once':
        this.sessions.revoke(call.token);
        throw new ApiError('authExpired');
      case '429':
        throw new ApiError('throttling');
      case '429-retry-after':
        call.reply.header('Retry-After', '1');
        throw new ApiError('throttling');
      case '500-json':
        throw new ApiError('unknown');
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
        return; // Not failures of an answer: see webhooks.
    }
  }

  /** Counts up to `times`, lets one pass, and begins again. */
  #due(key: string, times: number): boolean {
    const injected = this.#injected.get(key) ?? 0;
    if (injected < times) this.#injected.set(key, injected + 1);
    return injected < times;
  }
}
