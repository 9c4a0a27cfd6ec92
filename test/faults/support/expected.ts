import { KINDS, type Kind } from './callUnderTest';

type Expected = Record<'always' | 'once', Partial<Record<Kind, string>>>;

/** One outcome a kind, in the order of {@link KINDS}: `output` or the code without its `OZ_`. */
const outcomes = (line: string): Partial<Record<Kind, string>> => {
  const words = line.split(/\s+/);
  return Object.fromEntries(
    KINDS.map((kind, index) => [kind, words[index] === 'output' ? 'output' : `OZ_${words[index]}`]),
  );
};
const row = (always: string, once?: string): Expected => ({
  always: outcomes(always),
  once: once === undefined ? {} : outcomes(once),
});

/**
 * What becomes of a call of each kind when every request of it is struck, and when only the first one is. Columns:
 * sign-in, read, metadata, remove, settled, create, wait, image, sealed, renewal.
 */
export const EXPECTED: Readonly<Record<string, Expected>> = {
  '400': row(
    'REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED output',
    'REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED output',
  ),
  '401': row(
    'AUTH AUTH AUTH AUTH AUTH AUTH AUTH AUTH AUTH output',
    'AUTH output output output output output output output output output',
  ),
  '403': row(
    'AUTH FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN output',
    'AUTH FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN FORBIDDEN output',
  ),
  '404': row(
    'NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND output',
    'NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND NOT_FOUND output',
  ),
  '409': row(
    'REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED output',
    'REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED output',
  ),
  '413': row(
    'REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED output',
    'REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED REJECTED output',
  ),
  '429': row(
    'RATE_LIMITED RATE_LIMITED RATE_LIMITED RATE_LIMITED RATE_LIMITED RATE_LIMITED WAIT_TIMEOUT RATE_LIMITED RATE_LIMITED output',
    'output output output output output output output output output output',
  ),
  '500': row(
    'SERVER SERVER SERVER SERVER SERVER SERVER WAIT_TIMEOUT SERVER SERVER output',
    'output output output output output SERVER output output output output',
  ),
  '502': row(
    'SERVER SERVER SERVER SERVER SERVER SERVER WAIT_TIMEOUT SERVER SERVER output',
    'output output output output output SERVER output output output output',
  ),
  '503': row(
    'SERVER SERVER SERVER SERVER SERVER SERVER WAIT_TIMEOUT SERVER SERVER output',
    'output output output output output SERVER output output output output',
  ),
  '504': row(
    'SERVER SERVER SERVER SERVER SERVER SERVER WAIT_TIMEOUT SERVER SERVER output',
    'output output output output output SERVER output output output output',
  ),
  'connection refused': row(
    'UNREACHABLE UNREACHABLE UNREACHABLE UNREACHABLE UNREACHABLE UNREACHABLE WAIT_TIMEOUT UNREACHABLE UNREACHABLE WAIT_TIMEOUT',
  ),
  'unknown host name': row(
    'UNREACHABLE UNREACHABLE UNREACHABLE UNREACHABLE UNREACHABLE UNREACHABLE WAIT_TIMEOUT UNREACHABLE UNREACHABLE WAIT_TIMEOUT',
  ),
  'untrusted certificate': row('TLS TLS TLS TLS TLS TLS TLS TLS TLS TLS'),
  'hang while connecting': row(
    'TIMEOUT TIMEOUT TIMEOUT TIMEOUT TIMEOUT TIMEOUT WAIT_TIMEOUT TIMEOUT TIMEOUT WAIT_TIMEOUT',
  ),
  'reset before the headers, nothing done': row(
    'UNREACHABLE UNREACHABLE UNREACHABLE UNREACHABLE UNREACHABLE UNREACHABLE WAIT_TIMEOUT UNREACHABLE UNREACHABLE output',
    'output output output output output UNREACHABLE output output output output',
  ),
  'reset before the headers, work done': row(
    'UNREACHABLE UNREACHABLE UNREACHABLE UNREACHABLE output UNREACHABLE WAIT_TIMEOUT UNREACHABLE UNREACHABLE output',
    'output output output output output UNREACHABLE output output UNREACHABLE output',
  ),
  'reset after the headers': row(
    'RESPONSE RESPONSE RESPONSE RESPONSE output RESPONSE WAIT_TIMEOUT RESPONSE RESPONSE output',
    'output output output output output RESPONSE output output RESPONSE output',
  ),
  'reset inside the body': row(
    'RESPONSE RESPONSE RESPONSE RESPONSE output RESPONSE WAIT_TIMEOUT RESPONSE RESPONSE output',
    'output output output output output RESPONSE output output RESPONSE output',
  ),
  'hang before the headers, nothing done': row(
    'TIMEOUT TIMEOUT TIMEOUT TIMEOUT TIMEOUT TIMEOUT WAIT_TIMEOUT TIMEOUT TIMEOUT output',
    'output output output output output TIMEOUT output output output output',
  ),
  'hang before the headers, work done': row(
    'TIMEOUT TIMEOUT TIMEOUT TIMEOUT output TIMEOUT WAIT_TIMEOUT TIMEOUT TIMEOUT output',
    'output output output output output TIMEOUT output output TIMEOUT output',
  ),
  'hang inside the body': row(
    'TIMEOUT TIMEOUT TIMEOUT TIMEOUT output TIMEOUT WAIT_TIMEOUT TIMEOUT TIMEOUT output',
    'output output output output output TIMEOUT output output TIMEOUT output',
  ),
  'slow drip': row(
    'TIMEOUT TIMEOUT TIMEOUT TIMEOUT output TIMEOUT WAIT_TIMEOUT TIMEOUT TIMEOUT output',
    'output output output output output TIMEOUT output output TIMEOUT output',
  ),
  '503 with a page': row(
    'SERVER SERVER SERVER SERVER SERVER SERVER WAIT_TIMEOUT SERVER SERVER output',
    'output output output output output output output output output output',
  ),
  '504 with a page, work done': row(
    'SERVER SERVER SERVER SERVER output SERVER WAIT_TIMEOUT SERVER SERVER output',
    'output output output output output SERVER output output SERVER output',
  ),
  '200 with a page': row(
    'RESPONSE RESPONSE RESPONSE RESPONSE output RESPONSE WAIT_TIMEOUT RESPONSE RESPONSE output',
    'RESPONSE RESPONSE RESPONSE RESPONSE output RESPONSE output RESPONSE RESPONSE output',
  ),
  '200 with nothing': row(
    'RESPONSE RESPONSE output output output RESPONSE WAIT_TIMEOUT RESPONSE RESPONSE output',
    'RESPONSE RESPONSE output output output RESPONSE output RESPONSE RESPONSE output',
  ),
  '200 with half of the JSON': row(
    'RESPONSE RESPONSE RESPONSE output output RESPONSE WAIT_TIMEOUT output RESPONSE output',
    'RESPONSE output output output output RESPONSE output output RESPONSE output',
  ),
  '200 with another JSON': row(
    'RESPONSE RESPONSE output output output RESPONSE WAIT_TIMEOUT RESPONSE RESPONSE output',
    'RESPONSE RESPONSE output output output RESPONSE output RESPONSE RESPONSE output',
  ),
  'clock a day ahead': row(
    'output output output output output output output output output output',
    'output output output output output output output output output output',
  ),
  'clock a day behind': row(
    'output output output output output output output output output output',
    'output output output output output output output output output output',
  ),
};
