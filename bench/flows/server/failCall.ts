import type { IncomingMessage, ServerResponse } from 'node:http';
import type { CallFailure } from './failingCalls';

/** A failure that strikes before anything was done. The request is read to its end, so that only the answer fails. */
export async function failInstead(
  failure: CallFailure,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  for await (const _chunk of request) {
    // Nobody looks at it.
  }
  if (failure === 'hang') return;
  if (failure === 'reset') return void request.socket.resetAndDestroy();
  const body = JSON.stringify({ error_code: 1, error_message: `failure ${failure}`, details: null });
  response.writeHead(Number(failure), { 'content-type': 'application/json' }).end(body);
}

/** A failure that strikes after the server did what it was asked. */
export function failAfter(failure: CallFailure, request: IncomingMessage, response: ServerResponse): void {
  if (failure === 'lost') return void request.socket.resetAndDestroy();
  if (failure === '504') {
    response.writeHead(504, { 'content-type': 'text/html' }).end('<html>Gateway Time-out</html>');
    return;
  }
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': 1000 });
  response.write('{"folder_id": "', () => request.socket.resetAndDestroy());
}
