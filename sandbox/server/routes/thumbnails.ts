import { readFile } from 'node:fs/promises';
import type { FastifyInstance } from 'fastify';
import sharp from 'sharp';
import type { Context } from '../context';
import { HtmlError } from '../failureInjection/failures';
import { THUMBNAIL_ENDING } from '../wire/view';
import { pathId } from './call';

/** Longest edge. */
const EDGE_PIXELS = 320;

/** A picture that claims to be larger is not opened for its thumbnail. */
const MAX_PIXELS = 64_000_000;

/** Small pictures of photos, and of videos by their best shots: made when they are asked for, kept nowhere. */
export function thumbnailRoutes(app: FastifyInstance, { workspace: { store, files } }: Context): void {
  app.get(`/static/:folderId/:stem(^[0-9a-f]{32})${THUMBNAIL_ENDING}`, async (request, reply) => {
    const folderId = pathId(request, 'folderId');
    const stem = pathId(request, 'stem');
    const media = store
      .get('folders', folderId)
      ?.mediaIds.flatMap((id) => store.get('media', id) ?? [])
      .find(({ file }) => file.startsWith(`${stem}.`));
    const bestShot = media && store.get('reports', media.mediaId)?.bestShot?.file;
    const file = media?.mediaType === 'IMAGE_FOLDER' ? media.file : bestShot;
    if (file === undefined) throw new HtmlError(404, 'Not Found');
    const input = files.input(folderId, file);
    const data = 'path' in input ? await readFile(input.path) : input.data;
    const picture = await sharp(data, { limitInputPixels: MAX_PIXELS })
      .rotate()
      .resize(EDGE_PIXELS, EDGE_PIXELS, { fit: 'inside', withoutEnlargement: true })
      .jpeg()
      .toBuffer()
      .catch(() => undefined);
    if (picture === undefined) throw new HtmlError(404, 'Not Found');
    return reply.type('image/jpeg').header('Cache-Control', 'private, no-store').send(picture);
  });
}
