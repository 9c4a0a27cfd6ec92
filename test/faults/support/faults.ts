import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  bodyOf,
  isCustom,
  reply,
  type Answer,
  type CustomAnswer,
  type WholeAnswer,
} from '../../support/ozAnswer';

/** Where there is no server, or none that can be talked to. */
export type Address = 'refused' | 'unknown-name' | 'untrusted' | 'silent';

/** One thing that goes wrong. */
export interface Fault {
  name: string;
  /** The connection itself; otherwise how the struck request is answered. */
  strike: { address: Address } | { answer: Answer };
}

type Write = (response: ServerResponse, request: IncomingMessage, truth: Buffer) => void;

/** An answer that goes wrong on the way, after the server did what it was asked. */
const broken = (write: Write): { answer: CustomAnswer } => ({
  answer: {
    does: true,
    write: (request, response, truth) =>
      write(
        response,
        request,
        truth !== undefined && typeof truth === 'object' && !isCustom(truth)
          ? bodyOf(truth)
          : Buffer.alloc(0),
      ),
  },
});

const SURPLUS = 1000;
const head = (response: ServerResponse, truth: Buffer): void => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': truth.length + SURPLUS });
  response.flushHeaders();
};

/** One byte now and then: never silent for long, never complete. */
function drip(response: ServerResponse, truth: Buffer): void {
  head(response, truth);
  const timer = setInterval(() => response.write(' '), 200);
  response.once('close', () => clearInterval(timer));
}

const refusal = (status: number): Fault => ({
  name: `${status}`,
  strike: {
    answer: { status, json: { error_code: 4, error_message: `status ${status}`, details: null } },
  },
});

/** The truth, by a server whose clock is wrong. */
const skewed = (days: number): { answer: CustomAnswer } => ({
  answer: {
    does: true,
    write(request, response, truth) {
      response.setHeader('date', new Date(Date.now() + days * 86_400_000).toUTCString());
      if (truth !== undefined && !isCustom(truth)) reply(request, response, truth);
    },
  },
});

const page = (status: number): WholeAnswer => ({ status, text: '<html><body>Please sign in</body></html>' });

export const FAULTS = [
  { name: 'connection refused', strike: { address: 'refused' } },
  { name: 'unknown host name', strike: { address: 'unknown-name' } },
  { name: 'untrusted certificate', strike: { address: 'untrusted' } },
  { name: 'hang while connecting', strike: { address: 'silent' } },
  { name: 'reset before the headers, nothing done', strike: { answer: 'reset' } },
  {
    name: 'reset before the headers, work done',
    strike: broken((_response, request) => request.socket.resetAndDestroy()),
  },
  {
    name: 'reset after the headers',
    strike: broken((response, request, truth) => {
      head(response, truth);
      setImmediate(() => request.socket.resetAndDestroy());
    }),
  },
  {
    name: 'reset inside the body',
    strike: broken((response, request, truth) => {
      head(response, truth);
      response.write(truth.subarray(0, truth.length / 2), () => request.socket.resetAndDestroy());
    }),
  },
  { name: 'hang before the headers, nothing done', strike: { answer: 'hang' } },
  { name: 'hang before the headers, work done', strike: broken(() => {}) },
  {
    name: 'hang inside the body',
    strike: broken((response, _request, truth) => {
      head(response, truth);
      response.write(truth.subarray(0, truth.length / 2));
    }),
  },
  { name: 'slow drip', strike: broken((response, _request, truth) => drip(response, truth)) },
  ...[400, 401, 403, 404, 409, 413, 429, 500, 502, 503, 504].map(refusal),
  { name: '503 with a page', strike: { answer: page(503) } },
  {
    name: '504 with a page, work done',
    strike: {
      answer: {
        does: true,
        write: (request, response) => reply(request, response, page(504)),
      },
    },
  },
  {
    name: '200 with a page',
    strike: broken((response) =>
      response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Welcome</html>'),
    ),
  },
  { name: '200 with nothing', strike: broken((response) => response.writeHead(200).end()) },
  {
    name: '200 with half of the JSON',
    strike: broken((response, _request, truth) =>
      response
        .writeHead(200, { 'content-type': 'application/json' })
        .end(truth.length === 0 ? '{"a":' : truth.subarray(0, truth.length / 2)),
    ),
  },
  {
    name: '200 with another JSON',
    strike: broken((response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end('{"surprise":[1,2]}'),
    ),
  },
  { name: 'clock a day ahead', strike: skewed(1) },
  { name: 'clock a day behind', strike: skewed(-1) },
] as const satisfies Fault[];
