import type { MediaSource } from '../../client';
import { mediaFrom } from '../../client/media/input';
import { isJsonObject, isRecord, type OzMessage } from './message';
import type { Options } from './options';

/** The media of a message, of any kind the client knows, each with the given tags unless it brings its own. */
export async function readMedia(
  options: Options,
  msg: OzMessage,
  tags: readonly string[],
): Promise<MediaSource[]> {
  const value = await options.value('media', { value: 'payload', type: 'msg' });
  return mediaFrom(httpFiles(value, msg) ?? value, { tags });
}

/**
 * Core's http in node puts uploaded files into `msg.req.files` and the other fields of the form, an object, into
 * `msg.payload`. So a payload that is a form, with files beside it, means the files.
 */
function httpFiles(value: unknown, msg: OzMessage): unknown[] | undefined {
  const isForm = value === undefined || (value === msg.payload && isJsonObject(value) && !('value' in value));
  const files = isForm && isRecord(msg['req']) ? msg['req']['files'] : undefined;
  return Array.isArray(files) && files.length > 0 ? files : undefined;
}
