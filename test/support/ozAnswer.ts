import type { IncomingMessage, ServerResponse } from 'node:http';

/** What to answer instead of the truth. `half`: begins a JSON answer and breaks off; `hang`: never answers.
 * `lost`: does what it is asked, and breaks the connection instead of answering. */
export type Answer = WholeAnswer | CustomAnswer | 'reset' | 'half' | 'hang' | 'lost';

export interface WholeAnswer {
  status: number;
  json?: unknown;
  text?: string;
  contentType?: string;
  headers?: Record<string, string>;
}

/** Anything else that can happen on a connection. */
export interface CustomAnswer {
  /** Whether the server does what it is asked. */
  does: boolean;
  /** @param truth what it would have answered, when it did what it was asked */
  write: (request: IncomingMessage, response: ServerResponse, truth: Answer | undefined) => void;
}

export const isCustom = (answer: Answer | undefined): answer is CustomAnswer =>
  typeof answer === 'object' && 'write' in answer;

/** The true answer, but not before `release` is called. */
export function heldAnswer(): { answer: CustomAnswer; release: () => void } {
  let release = (): void => {};
  const released = new Promise<void>((resolve) => (release = resolve));
  const write: CustomAnswer['write'] = (request, response, truth) => {
    if (truth !== undefined && !isCustom(truth)) void released.then(() => reply(request, response, truth));
  };
  return { answer: { does: true, write }, release };
}

export function reply(
  request: IncomingMessage,
  response: ServerResponse,
  answer: Exclude<Answer, CustomAnswer>,
): void {
  if (answer === 'hang') return;
  if (answer === 'reset' || answer === 'lost') {
    request.socket.resetAndDestroy();
    return;
  }
  if (answer === 'half') {
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
    response.write('{"folder_id": "11', () => request.socket.destroy());
    return;
  }
  const contentType = answer.contentType ?? (answer.text === undefined ? 'application/json' : 'text/html');
  response.writeHead(answer.status, { 'content-type': contentType, ...answer.headers });
  response.end(bodyOf(answer));
}

export function bodyOf({ json, text }: WholeAnswer): Buffer {
  if (text !== undefined) return Buffer.from(text, 'latin1');
  return Buffer.from(json === undefined ? '' : JSON.stringify(json));
}
