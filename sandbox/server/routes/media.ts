import type { FastifyInstance } from 'fastify';
import type { Account } from '../auth/accounts';
import { mayDelete } from '../auth/accounts';
import type { Context } from '../context';
import { callerOf, folderFor, wireFor } from '../context';
import { ApiError, missingField } from '../errors';
import type { MediaRecord } from '../store/records';
import { now } from '../store/workspace';
import { stringList } from '../upload/json';
import { discardAll } from '../upload/multipart';
import { addMedia, readUpload } from '../upload/receive';
import { mediaBody } from '../wire/view';
import { jsonBody, pathId } from './call';

/** Media of a folder and single media (docs/oz-api.md 2.3, 2.5). */
export function mediaRoutes(app: FastifyInstance, context: Context): void {
  const { workspace, analyses } = context;

  app.post('/api/folders/:folderId/media', async (request, reply) => {
    const folder = folderFor(callerOf(request, context), pathId(request, 'folderId'), context);
    const upload = await readUpload(request, workspace.files);
    try {
      const { media } = await addMedia(folder, upload, workspace, context.setVideos);
      const wire = wireFor(request, context);
      return await reply.code(201).send(media.map((item) => mediaBody(item, wire)));
    } catch (error) {
      await discardAll(upload.files, workspace.files);
      throw error;
    }
  });

  app.get('/api/folders/:folderId/media', async (request) => {
    const folder = folderFor(callerOf(request, context), pathId(request, 'folderId'), context);
    const wire = wireFor(request, context);
    return workspace.mediaOf(folder).map((item) => mediaBody(item, wire));
  });

  app.get('/api/media/:mediaId', async (request) => {
    const media = mediaFor(callerOf(request, context), pathId(request, 'mediaId'), context);
    return mediaBody(media, wireFor(request, context));
  });

  app.patch('/api/media/:mediaId', async (request) => {
    const media = mediaFor(callerOf(request, context), pathId(request, 'mediaId'), context);
    const { tags } = jsonBody(request);
    if (tags === undefined) throw missingField('tags');
    const changed: MediaRecord = { ...media, tags: stringList(tags, 'tags'), timeUpdated: now() };
    workspace.store.put('media', media.mediaId, changed);
    return mediaBody(changed, wireFor(request, context));
  });

  app.delete('/api/media/:mediaId', async (request, reply) => {
    const account = callerOf(request, context);
    const media = mediaFor(account, pathId(request, 'mediaId'), context);
    if (!mayDelete(account)) throw new ApiError('authForbidden');
    analyses.cancel([media.mediaId]);
    await workspace.removeMedia(media);
    return reply.code(204).send();
  });
}

/** A media file in a folder the caller may see; throws `notExist` and `authForbidden`. */
export function mediaFor(account: Account, mediaId: string, context: Context): MediaRecord {
  const media = context.workspace.store.get('media', mediaId);
  if (media === undefined) throw new ApiError('notExist', { media_id: mediaId });
  folderFor(account, media.folderId, context);
  return media;
}
