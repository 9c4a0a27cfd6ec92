import { setTimeout as delay } from 'node:timers/promises';
import { abortError, pause } from '../abort';
import type { ErrorKey } from '../errors/errorMessages';
import { OzError, type OzErrorCode, type SafeDetails } from '../errors/ozError';
import { diedIdle } from '../transport/attempt';

/** After these nobody can say whether the server did what it was asked: the answer was lost, or says nothing. */
const ANSWER_LOST: ReadonlySet<string> = new Set<ErrorKey>([
  'reset',
  'unreachable',
  'timeoutIdle',
  'timeoutTotal',
  'serverError',
  'brokenJson',
  'notJson',
  'wrongShape',
  'otherAnswer',
  'tooDeep',
  'tooLarge',
  'tlsFailed',
]);
/**
 * Whether the server may have done what it was asked. Certainly not when the sign-in before it failed, or when a firewall
 * kept the request back with a page of its own (403, which is `notJson` as well).
 */
const isAnswerLost = ({ key, cause }: OzError): boolean =>
  ANSWER_LOST.has(key) && cause.stage !== 'sign-in' && cause.status !== 403;

/** A look that fails with one of these fails again. */
const REFUSED: ReadonlySet<string> = new Set<OzErrorCode>(['OZ_FORBIDDEN', 'OZ_NOT_FOUND', 'OZ_REJECTED']);

const MAX_SENDS = 4;
/** Each timeout, and the search after it, may take the whole request timeout. */
const MAX_TIMEOUTS = 2;
/** The server may still be at work when a connection breaks. */
const FIRST_PAUSE_MS = 400;
const MAX_PAUSE_MS = 5000;
/** Minimum number of looks for the result of a lost answer; after a timeout, the search lasts as long as the wait did. */
const MIN_LOOKS = 4;

/** What the server has: the thing itself, certainly nothing, a part of it (yet), or nobody can tell. */
export type Found<T> = { found: T } | 'absent' | 'partly' | 'unclear';

interface Settling<T> {
  /** Asks the server to make something, once. */
  send: () => Promise<T>;
  /** Whether `send` can be called again: not when it reads a stream that is given only once. */
  replayable: boolean;
  /** Checks whether it was created. */
  find: () => Promise<Found<T>>;
  /** What is needed to look for it by hand, for the error's cause. */
  details: SafeDetails;
  signal: AbortSignal | undefined;
}

export type Settle = <T>(work: Settling<T>) => Promise<T>;

/**
 * Makes something exactly once, although the answer may be lost on the way: in that case it asks the server whether the
 * thing exists, adopts it if so, and sends the request again if it is still absent after several looks. Costs nothing
 * while answers arrive. When an idle connection broke, the server most likely never saw the request: after one look it
 * is sent again even if nobody can tell.
 *
 * A server that carries out the first request later than twice the request timeout makes two of them.
 * @param timeoutMs the request timeout
 */
export function settling(timeoutMs: number): Settle {
  return async ({ send, replayable, find, details, signal }) => {
    for (let sends = 1, timeouts = 0; ; sends += 1) {
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof OzError)) throw error;
        // An earlier sending may still be carried out.
        if (!isAnswerLost(error)) throw sends > 1 ? error.with(details) : whenLost(error, details);
        if (error.code === 'OZ_TIMEOUT') timeouts += 1;
        const idle = diedIdle(error);
        const minMs = error.code === 'OZ_TIMEOUT' ? timeoutMs : 0;
        const found = await look(find, minMs, idle ? 1 : MIN_LOOKS, signal).catch(reasonOf);
        if (typeof found === 'object') return found.found;
        if (signal?.aborted === true) throw abortError(signal).with(details);
        if (idle && found === 'unclear' && replayable && sends === 1) continue;
        if (found !== 'absent' || !replayable || sends === MAX_SENDS || timeouts === MAX_TIMEOUTS)
          throw error.with(details);
      }
    }
  };
}

/** Adds what is needed to look by hand, if the server may have carried out the request in spite of the error. */
export function whenLost(error: unknown, details: SafeDetails): unknown {
  if (!(error instanceof OzError)) return error;
  return isAnswerLost(error) || error.code === 'OZ_CANCELLED' ? error.with(details) : error;
}

/** Why a look found nothing. Reads are repeated anyway, so one that fails ends the search. */
const reasonOf = (error: unknown): 'unclear' | 'failed' =>
  error instanceof OzError && REFUSED.has(error.code) ? 'unclear' : 'failed';

async function look<T>(
  find: () => Promise<Found<T>>,
  minMs: number,
  minLooks: number,
  signal: AbortSignal | undefined,
): Promise<Found<T>> {
  const until = performance.now() + minMs;
  for (let looks = 1; ; looks += 1) {
    const found = await find();
    const enough = looks >= (found === 'partly' ? MIN_LOOKS : minLooks) && performance.now() >= until;
    if (typeof found === 'object' || enough) return found;
    const ms = Math.min(FIRST_PAUSE_MS * 2 ** (looks - 1), MAX_PAUSE_MS);
    await (signal === undefined ? delay(ms) : pause(ms, signal));
  }
}
