import type { RequestBody } from '../transport/request';
import type { PreparedMedia } from './prepare';

/** A body that is one media file as it is, with its type. */
export function rawBody(media: PreparedMedia): RequestBody {
  return {
    contentType: media.contentType,
    length: media.size,
    replayable: media.replayable,
    open: () => {
      const opened = media.open();
      if (!(opened instanceof Uint8Array)) return { data: opened, close: () => destroy(opened) };
      return { data: Buffer.from(opened.buffer, opened.byteOffset, opened.byteLength), close: () => {} };
    },
  };
}

function destroy(stream: NodeJS.ReadableStream & { destroy?: () => void }): void {
  stream.destroy?.();
}
