import type { OzError } from './ozError';
import { ozError, type ErrorKey } from './errorMessages';
import { isFailure, isPage, type HttpAnswer } from './httpAnswer';
import { refusalText, refusedField, shownWords } from './refusalReasons';

const HTTP_DATE = /^\s*(mon|tue|wed|thu|fri|sat|sun)[a-z]*,? .*\d\d:\d\d:\d\d/i;

/** `Retry-After` in milliseconds: seconds or an HTTP date (RFC 9110, 10.2.3). */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\s*\d+\s*$/.test(header)) return Number(header) * 1000;
  // By itself the parser takes any number for a year.
  const date = HTTP_DATE.test(header) ? Date.parse(header) : Number.NaN;
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}

/** How long an answer asks us to wait, milliseconds; a date by the server's own clock, which may differ from ours. */
export function askedRestMs({ headers }: HttpAnswer): number | undefined {
  const serverNow = Date.parse(headers['date'] ?? '');
  return retryAfterMs(headers['retry-after'], Number.isNaN(serverNow) ? Date.now() : serverNow);
}

/**
 * What is left of an answer to a request that carried secrets: it may repeat any of them, in a header as well. Only the
 * status, a known kind of error code with the documents' own words for it, the name of a field that was sent, a rest asked
 * for and a target on the same host remain.
 */
export function withoutText(answer: HttpAnswer, host: string): HttpAnswer {
  const { apiCode } = errorBody(answer.body, () => '');
  const { location = '', 'retry-after': retryAfter } = answer.headers;
  const sameHost = URL.canParse(location) && new URL(location).host === host;
  return {
    status: answer.status,
    headers: {
      ...(isPage(answer) && { 'content-type': 'text/html' }),
      ...(sameHost && { location: new URL(location).origin }),
      ...(retryAfter !== undefined && /^\d{1,3}$/.test(retryAfter) && { 'retry-after': retryAfter }),
    },
    body: Buffer.from(
      typeof apiCode !== 'number' || !Number.isInteger(apiCode) || apiCode < 0 || apiCode > 999
        ? ''
        : JSON.stringify({
            error_code: apiCode,
            error_message: DOCUMENTED_WORDS[apiCode],
            error_details: refusedField(detailsOf(parsedBody(answer.body) ?? {}), SENT_FIELDS),
          }),
    ),
  };
}

/** The documented words (docs/oz-api.md 4.7), used where the server's own must not be passed on. */
const DOCUMENTED_WORDS: Readonly<Record<number, string>> = {
  3: 'Invalid structure',
  4: 'Invalid param value',
  5: 'Invalid param type',
  10: 'Object not exist',
};

/** Request fields that carry secrets. */
const SENT_FIELDS = ['email', 'password', 'first_name', 'last_name', 'user_type', 'company_id', 'meta_data'];

/**
 * The error for an answer that refuses. `what` names the thing whose id was given.
 * @param redact takes secrets out of the server's words; before they are cut, or half of one would stay
 */
export function errorFromResponse(
  answer: HttpAnswer,
  host: string,
  stage: string,
  what: string,
  redact: (text: string) => string,
): OzError {
  const { status } = answer;
  const api = errorBody(answer.body, redact);
  const requestId = answer.headers['x-request-id'];
  const retryMs = askedRestMs(answer);
  const details = {
    stage,
    status,
    ...api,
    ...(requestId !== undefined && { requestId: redact(requestId).slice(0, 80) }),
    ...(retryMs === undefined ? {} : { retryAfter: Math.ceil(retryMs / 1000) }),
  };
  if (status >= 300 && status < 400) {
    const target = answer.headers['location'] ?? '';
    const origin = URL.canParse(target) ? new URL(target).origin : 'null';
    return ozError(
      'redirected',
      { host, target: origin === 'null' ? 'another path' : redact(origin) },
      details,
    );
  }
  // A firewall's or content network's page says nothing about the account.
  if (status === 403 && isPage(answer))
    return ozError('notJson', { host, status, type: 'text/html' }, details);
  if (status === 403) return ozError(forbiddenKey(stage), { host }, details);
  if (status === 404) {
    return api.apiCode === undefined && stage !== 'download'
      ? ozError('routeMissing', { host }, details)
      : ozError('notFound', { what }, details);
  }
  if (status === 407) return ozError('proxySignIn', { host, system: 'HTTP 407' }, details);
  // A reverse proxy says so in HTML, without a reason that could be passed on (docs/oz-api.md 4.7).
  if (status === 413) return ozError('rejectedSize', { host }, details);
  if (status === 429) return ozError('rateLimited', { host }, details);
  if (isFailure(status)) return ozError('serverError', { host, status }, details);
  const lite = typeof api.apiCode === 'string' ? LITE_KEYS[api.apiCode.slice(-6)] : undefined;
  if (lite !== undefined) return ozError(lite, { host, code: api.apiCode ?? '' }, details);
  return ozError('rejected', { host, status, reason: api.apiMessage ?? 'no reason given' }, details);
}

function forbiddenKey(stage: string): ErrorKey {
  if (stage.startsWith('manage')) return 'forbiddenAccounts';
  return stage.startsWith('delete') ? 'forbiddenDelete' : 'forbidden';
}

/** What API Lite says about a photo or template, by the number of its code (docs/oz-api.md 5.6). */
const LITE_KEYS: Readonly<Record<string, ErrorKey>> = {
  '002003': 'liteUnreadable',
  '002004': 'liteTemplate',
  '003002': 'liteNoFace',
  '003003': 'liteManyFaces',
};

/**
 * The API's error body (docs/oz-api.md 4.7), with both spellings of the details, or that of API Lite
 * (docs/oz-api.md 5.6); anything else is no such body.
 */
function errorBody(
  body: Buffer,
  redact: (text: string) => string,
): { apiCode?: number | string; apiMessage?: string } {
  const parsed = parsedBody(body);
  if (parsed === undefined) return {};
  if ('code' in parsed && typeof parsed.code === 'string' && /^[A-Z]{3}-\d{6}$/.test(parsed.code)) {
    const said = 'message' in parsed && typeof parsed.message === 'string' ? parsed.message : '';
    return { apiCode: parsed.code, apiMessage: shownWords([parsed.code, said].join(' ').trim(), redact) };
  }
  const code =
    'error_code' in parsed && typeof parsed.error_code === 'number' ? parsed.error_code : undefined;
  const message =
    'error_message' in parsed && typeof parsed.error_message === 'string' ? parsed.error_message : undefined;
  const text = refusalText(message, detailsOf(parsed), redact);
  return {
    ...(code === undefined ? {} : { apiCode: code }),
    ...(text === '' ? {} : { apiMessage: text }),
  };
}

/** Both spellings of the details: the documents and the framework name them differently, and one of both may be null. */
const detailsOf = (parsed: object): unknown[] => [
  'details' in parsed ? parsed.details : undefined,
  'error_details' in parsed ? parsed.error_details : undefined,
];

function parsedBody(body: Buffer): object | undefined {
  try {
    const parsed: unknown = JSON.parse(body.toString('utf8'));
    return typeof parsed === 'object' && parsed !== null ? parsed : undefined;
  } catch {
    return undefined;
  }
}
