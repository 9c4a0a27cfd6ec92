import type { Api } from '../api';
import type { OzClient } from '../contract';
import { ozError } from '../errors/errorMessages';
import { pathSegment } from '../server';
import { isList } from '../wire/folder';
import { isMedia, readMedia, readMediaList, type UrlReader } from '../wire/media';
import { asObject, isAnother } from '../wire/shapes';

/** Media of a folder, and single ones: their tags (docs/oz-api.md 2.1, documented) and their deletion (path recalled only). */
export function mediaCalls(api: Api, url: UrlReader): OzClient['media'] {
  return {
    async list(folderId, options) {
      const path = `folders/${pathSegment(folderId, 'folder')}/media/`;
      const json = await api.json({ stage: 'list-media', path, what: 'folder', ...options });
      if (!isList(json))
        throw ozError(
          'wrongShape',
          { host: api.server.host, field: 'media' },
          { stage: 'list-media', folderId },
        );
      return readMediaList(json, url);
    },

    async setTags(mediaId, tags, options) {
      const json = await api.json({
        stage: 'write-tags',
        method: 'PATCH',
        path: `media/${pathSegment(mediaId, 'media')}/`,
        json: { tags },
        what: 'media',
        idempotent: true,
        ...options,
      });
      if (json !== null && !isMedia(json))
        throw ozError('wrongShape', { host: api.server.host, field: 'media_id' }, { stage: 'write-tags' });
      const media = readMedia(asObject(json), url);
      if (isAnother(mediaId, media.mediaId))
        throw ozError('otherAnswer', { host: api.server.host }, { stage: 'write-tags' });
      return media.mediaId === '' ? { ...media, mediaId, tags } : media;
    },

    async delete(mediaId, options) {
      const path = `media/${pathSegment(mediaId, 'media')}/`;
      await api.send({ stage: 'delete-media', method: 'DELETE', path, what: 'media', ...options });
    },
  };
}
