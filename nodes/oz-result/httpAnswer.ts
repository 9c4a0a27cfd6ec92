import { isRecord, type OzMessage } from '../shared/message';

/** What is needed here of the Express response that core's `http in` puts into `msg.res._res`. */
interface OpenResponse {
  readonly headersSent: boolean;
  sendStatus(status: number): unknown;
}

/** How long an `http response` node beside this one may take to answer first. */
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

/** Whether an HTTP client is waiting for a response to this message. */
export const isHttpRequest = (msg: OzMessage): boolean => responseOf({ ...msg })?.headersSent === false;

/**
 * Answers a webhook's request with 200, unless the flow answers it: the server that sent it must not wait, whether its
 * message carries the verdict on or ends here. Removes `res` from the message, because there is nothing left to answer.
 */
export function answerRequest(msg: OzMessage): void {
  const response = responseOf({ ...msg });
  Reflect.deleteProperty(msg, 'res');
  if (response === undefined || response.headersSent) return;
  setTimeout(() => {
    if (!response.headersSent) response.sendStatus(200);
  }, GRACE_MS);
}
