import { ozError } from '../errors/errorMessages';
import type { HttpResponse, RequestBody } from './request';

/** A body of bytes that are in memory anyway. */
export function bytesBody(data: Buffer, contentType: string): RequestBody {
  return { contentType, length: data.length, replayable: true, open: () => ({ data, close: () => {} }) };
}

export function jsonBody(value: unknown): RequestBody {
  return bytesBody(Buffer.from(JSON.stringify(value)), 'application/json');
}

/**
 * The JSON of an answer; `null` for an empty one (204).
 * @throws OZ_RESPONSE for HTML, half a JSON or anything else
 */
export function parseJson(answer: HttpResponse, host: string, stage: string): unknown {
  const text = answer.body.toString('utf8').trim();
  if (text === '') return null;
  try {
    return JSON.parse(text);
  } catch {
    const details = { stage, status: answer.status };
    const type = (answer.headers['content-type'] ?? 'unknown type').split(';')[0] ?? '';
    if (/^[[{"]/.test(text)) throw ozError('brokenJson', { host }, details);
    throw ozError('notJson', { host, status: answer.status, type: type.slice(0, 60) }, details);
  }
}
