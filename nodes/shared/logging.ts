import type { Node, NodeAPI, NodeMessage } from 'node-red';
import { UPLOAD_KEY, type SafeDetails } from '../../client';
import { NodeError } from './errors';
import type { OzMessage } from './message';
import { translate } from './text';

/** What a node writes into the log when it closes, in English. */
export const LOG_TEXTS = {
  interrupted: 'Stopped with messages in progress: __count__. Folders: __folders__',
  unknownFolder: 'none known yet',
  notStored:
    'This wait cannot be stored and would not survive a restart (__system__). Check the disk or the context store.',
  notRemoved:
    'A finished wait cannot be removed and may be repeated after a restart (__system__). Check the disk or the context store.',
  more: '__text__ Other waits affected: __count__.',
  notRead: 'Stored waits cannot be read (__system__). Check the disk or the context store.',
} as const;

/** Log collectors cut long lines. */
const FOLDERS_PER_LINE = 100;

/** The mark of an upload or, without one, when it was sent. */
export type UploadMark = Pick<SafeDetails, 'uploadId' | 'sentAt'>;

/**
 * Catch nodes stopped by the same deploy do not receive these messages, so the log says how many there were, and in which
 * folders their results will be. The folder of an upload under way is not known yet; the filter of the folder list that
 * finds it is.
 */
export function logInterrupted(
  RED: NodeAPI,
  node: Node,
  interrupted: readonly { msg: OzMessage; findable: UploadMark }[],
): void {
  if (interrupted.length === 0) return;
  const text = (key: keyof typeof LOG_TEXTS, params = {}): string =>
    translate(RED, `log.${key}`, LOG_TEXTS[key], params);
  const ids = interrupted.flatMap(({ msg: { oz }, findable: { uploadId, sentAt } }) => [
    ...(isId(oz?.folderId) ? [oz.folderId] : []),
    ...(uploadId === undefined ? [] : [`${UPLOAD_KEY}==${uploadId}`]),
    ...(sentAt === undefined ? [] : [`time_created.min=${sentAt}`]),
  ]);
  const folders = [...new Set(ids)];
  for (let from = 0; from === 0 || from < folders.length; from += FOLDERS_PER_LINE) {
    const some = folders.slice(from, from + FOLDERS_PER_LINE).join(', ');
    node.warn(text('interrupted', { count: interrupted.length, folders: some || text('unknownFolder') }));
  }
}

/** A message may bring anything as its folder id; only what looks like an id goes into the log. */
const isId = (value: unknown): value is string => typeof value === 'string' && /^[\w-]{1,64}$/.test(value);

/**
 * What no Catch node takes, Node-RED logs. Given an error it shows a stack and `[object Object]` in the debug sidebar,
 * so the log gets the sentence alone; Catch nodes get the error with its code and cause as ever.
 */
export function logSentences(node: Node): void {
  const report = node.error.bind(node);
  node.error = (error: unknown, msg?: NodeMessage) => {
    const flow: unknown = Reflect.get(node, '_flow');
    if (!(error instanceof NodeError) || msg === undefined || !catchesErrors(flow)) {
      report(error, msg);
    } else if (!flow.handleError(node, error, msg)) {
      report(error.message);
    }
  };
}

/** The flow of a node; not in Node-RED's documentation, but what `node.error` itself asks in all its versions. */
interface ErrorHandlingFlow {
  /** Gives an error to the Catch nodes; whether there was one. */
  handleError(node: Node, error: Error, msg: NodeMessage): boolean;
}

const catchesErrors = (flow: unknown): flow is ErrorHandlingFlow =>
  typeof flow === 'object' &&
  flow !== null &&
  'handleError' in flow &&
  typeof flow.handleError === 'function';
