import type { JsonObject } from '../model';
import { loadFormData } from '../transport/lazy';
import type { OpenBody, RequestBody } from '../transport/request';
import type { PreparedMedia } from './prepare';

/** A file part: its key is what the payload calls it (reference 2.2). */
export interface FilePart {
  key: string;
  media: PreparedMedia;
}

/**
 * A multipart body of files and the text part `payload`. Its length is exact; files are opened one after the other
 * while it is sent. The payload comes first, so that the server knows the tags before the bytes.
 */
export function multipartBody(files: readonly FilePart[], payload: JsonObject): RequestBody {
  const FormData = loadFormData();
  const text = JSON.stringify(payload);
  const measure = new FormData();
  const boundary = measure.getBoundary();
  measure.append('payload', text);
  for (const { key, media } of files) measure.append(key, Buffer.alloc(0), partOptions(media));
  const length = files.reduce((sum, { media }) => sum + media.size, measure.getLengthSync());
  return {
    contentType: `multipart/form-data; boundary=${boundary}`,
    length,
    replayable: files.every(({ media }) => media.replayable),
    open: () => openForm(files, text, boundary),
  };
}

function partOptions(media: PreparedMedia): { filename: string; contentType: string } {
  return { filename: media.fileName, contentType: media.contentType };
}

function openForm(files: readonly FilePart[], text: string, boundary: string): OpenBody {
  const FormData = loadFormData();
  const form = new FormData();
  form.setBoundary(boundary);
  form.append('payload', text);
  const streams: (NodeJS.ReadableStream & { destroy?: () => void })[] = [];
  for (const { key, media } of files) {
    // The form takes a function in the place of a value and calls it when the part's turn comes.
    const later = (next: (value: Buffer | NodeJS.ReadableStream) => void): void => {
      const opened = media.open();
      if (opened instanceof Uint8Array) {
        next(Buffer.from(opened.buffer, opened.byteOffset, opened.byteLength));
        return;
      }
      streams.push(opened);
      next(opened);
    };
    form.append(key, later, { ...partOptions(media), knownLength: media.size });
  }
  return {
    data: form,
    close: () => {
      form.destroy();
      for (const stream of streams) stream.destroy?.();
    },
  };
}
