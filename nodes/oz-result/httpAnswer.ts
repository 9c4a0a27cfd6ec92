import { isRecord, type OzMessage } from '../shared/message';

/** The part that is needed of what core's `http in` puts into `msg.res._res`: an Express response. */
interface OpenResponse {
  readonly headersSent: boolean;
  sendStatus(status: number): unknown;
}

/** Time that an `http response` node beside this one has for its own answer. */
const GRACE_MS = 100;

const isResponse = (value: unknown): value is OpenResponse =>
  typeof value === 'object' &&
  value !== null &&
  'headersSent' in value &&
  'sendStatus' in value &&
  typeof value.sendStatus === 'function';

function responseOf({ res }: Readonly<Record<string, unknown>>): OpenResponse | undefined {
  const response: unknown = isRecord(res) ? res['_res'] : undefined;
  return isResponse(response) ? response : undefined;
}

/** Whether somebody waits for an HTTP response to this message. */
export const isHttpRequest = (msg: OzMessage): boolean => responseOf({ ...msg })?.headersSent === false;

/**
 * Answers a webhook's request with 200, unless the flow does so itself: whether its message carries the verdict on or
 * ends here, the server that sent it must not wait for it. The message no longer has `res` then, as there is nothing
 * left to answer.
 */
export function answerRequest(msg: OzMessage): void {
  const response = responseOf({ ...msg });
  Reflect.deleteProperty(msg, 'res');
  if (response === undefined || response.headersSent) return;
  setTimeout(() => {
    if (!response.headersSent) response.sendStatus(200);
  }, GRACE_MS);
}
