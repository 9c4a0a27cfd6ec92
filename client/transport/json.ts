import { ozError } from '../errors/errorMessages';
import type { HttpResponse, RequestBody } from './request';

/** JSON nested deeper than this is neither an answer of an Oz API nor metadata: readers that recurse would run out of stack. */
const MAX_DEPTH = 100;
/** Largest JSON that is parsed; answers with media inside (docs/oz-api.md 5.3) are far below it. */
export const MAX_JSON_BYTES = 32 * 1024 * 1024;

/** A body of bytes that are in memory anyway. */
function bytesBody(data: Buffer, contentType: string): RequestBody {
  return { contentType, length: data.length, replayable: true, open: () => ({ data, close: () => {} }) };
}

/** @throws OZ_INPUT */
export function jsonBody(value: unknown): RequestBody {
  return bytesBody(Buffer.from(writeJson(value)), 'application/json');
}

/**
 * A value as JSON.
 * @throws OZ_INPUT for one that contains itself, is nested too deeply or holds what JSON cannot say (a BigInt, NaN)
 */
export function writeJson(value: unknown): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value, finite);
  } catch {
    // Its message may quote what was to be sent.
  }
  if (text === undefined || depthExceeds(Buffer.from(text), MAX_DEPTH)) {
    throw ozError('jsonInvalid', { limit: MAX_DEPTH });
  }
  return text;
}

/** JSON would turn it into null: a threshold that came out as NaN must not vanish. */
function finite(_key: string, value: unknown): unknown {
  if (typeof value === 'number' && !Number.isFinite(value)) throw new TypeError('no JSON number');
  return value;
}

/**
 * The JSON of an answer; `null` for an empty one (204). Without fields named `__proto__`: copied from object to object
 * they could change what every object inherits.
 * @param redact takes secrets out of what the error quotes: the type that the server says it is
 * @throws OZ_RESPONSE for HTML, half a JSON, one that is nested too deeply, or anything else
 */
export function parseJson(
  answer: HttpResponse,
  host: string,
  stage: string,
  redact: (text: string) => string,
): unknown {
  const text = answer.body.toString('utf8').trim();
  if (text === '') return null;
  const details = { stage, status: answer.status };
  if (/^[[{]/.test(text) && depthExceeds(answer.body, MAX_DEPTH)) {
    throw ozError('tooDeep', { host, limit: MAX_DEPTH }, details);
  }
  try {
    return parse(text);
  } catch {
    try {
      if (/NaN|Infinity/.test(text)) return parse(finiteOnly(text));
    } catch {
      // Something else is wrong with it.
    }
    const type = redact(answer.headers['content-type'] ?? 'unknown type').split(';')[0] ?? '';
    if (/^[[{"]/.test(text)) throw ozError('brokenJson', { host }, details);
    throw ozError('notJson', { host, status: answer.status, type: type.slice(0, 60) }, details);
  }
}

const parse = (text: string): unknown =>
  mayHoldProto(text) ? JSON.parse(text, withoutProto) : JSON.parse(text);

/** Python writes numbers that JSON does not know, such as a score of NaN: they become `null`, for nothing. */
const finiteOnly = (text: string): string =>
  // A text without an end reaches to the last character, so that none is looked at twice.
  text.replace(/"(?:[^"\\]|\\[^]?)*(?:"|$)|-?\b(?:NaN|Infinity)\b/g, (part) =>
    part.startsWith('"') ? part : 'null',
  );

/** The name may be written with escapes, so any escaped character makes us look closer. */
function mayHoldProto(text: string): boolean {
  return text.includes('__proto__') || /\\u00(?:5f|7[024]|6f)/i.test(text);
}

function withoutProto(key: string, value: unknown): unknown {
  return key === '__proto__' ? undefined : value;
}

const [QUOTE = 0, BACKSLASH = 0, OPEN_OBJECT = 0, OPEN_LIST = 0, CLOSE_OBJECT = 0, CLOSE_LIST = 0] =
  Buffer.from('"\\{[}]');

/** Whether JSON is nested deeper than this, found without recursion. Bytes of UTF-8 beyond ASCII are none of these. */
function depthExceeds(json: Buffer, limit: number): boolean {
  // Each level takes two bytes at least.
  if (json.length <= 2 * limit) return false;
  let depth = 0;
  for (let at = 0; at < json.length; at += 1) {
    const byte = json[at];
    if (byte === QUOTE) {
      at = endOfText(json, at);
    } else if (byte === OPEN_OBJECT || byte === OPEN_LIST) {
      depth += 1;
      if (depth > limit) return true;
    } else if (byte === CLOSE_OBJECT || byte === CLOSE_LIST) {
      depth -= 1;
    }
  }
  return false;
}

/** Where the text that begins at this quote ends. Long ones (media as data URLs) are passed in one step. */
function endOfText(json: Buffer, start: number): number {
  for (let at = json.indexOf(QUOTE, start + 1); at !== -1; at = json.indexOf(QUOTE, at + 1)) {
    let backslashes = 0;
    while (json[at - 1 - backslashes] === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return json.length;
}
