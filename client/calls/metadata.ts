import type { Api, ApiCall } from '../api';
import type { CallOptions, MetadataCalls } from '../contract';
import type { JsonObject, MetadataTarget } from '../model';
import { ozError } from '../errors/errorMessages';
import { pathSegment } from '../server';
import type { Method } from '../transport/request';
import { readMetadataAnswer } from '../wire/metadata';
import { isJsonObject } from '../wire/shapes';

const PATHS = { folder: 'folders', media: 'media', analysis: 'analyses', collection: 'collections' } as const;

function pathOf(target: MetadataTarget): string {
  if (target.object === 'person') {
    const person = pathSegment(target.id, 'person');
    return `collections/${pathSegment(target.collectionId, 'collection')}/persons/${person}/meta_data/`;
  }
  return `${PATHS[target.object]}/${pathSegment(target.id, target.object)}/meta_data/`;
}

/** Metadata of folders, media, analyses, collections and persons (docs/oz-api.md 2.7). */
export function metadataCalls(api: Api): MetadataCalls {
  const { host } = api.server;
  const call = (method: Method, target: MetadataTarget, options?: CallOptions): ApiCall => ({
    stage: method === 'DELETE' ? 'delete-metadata' : method === 'GET' ? 'read-metadata' : 'write-metadata',
    method,
    path: pathOf(target),
    what: target.object,
    // Each method leaves the same metadata however often it is sent.
    idempotent: true,
    ...options,
  });
  const write = async (
    method: Method,
    target: MetadataTarget,
    fields: JsonObject,
    options?: CallOptions,
  ): Promise<JsonObject> => {
    if (!isJsonObject(fields)) throw ozError('metadataInvalid');
    return readMetadataAnswer(await api.json({ ...call(method, target, options), json: fields }), host);
  };
  return {
    get: async (target, options) => readMetadataAnswer(await api.json(call('GET', target, options)), host),
    add: (target, fields, options) => write('POST', target, fields, options),
    change: (target, fields, options) => write('PATCH', target, fields, options),
    async delete(target, options) {
      await api.send(call('DELETE', target, options));
    },
  };
}
