import type { Api } from '../api';
import type { CollectionCalls, UploadRequest, CallOptions } from '../contract';
import type { MediaLimits } from '../media/prepare';
import { omitUndefined } from '../omitUndefined';
import { ozError } from '../errors/errorMessages';
import { pathSegment } from '../server';
import { readCollection, readCompanies, readPerson, readPersonImages } from '../wire/collections';
import type { UrlReader } from '../wire/media';
import { asObject, isAnother, objects } from '../wire/shapes';
import { isOfAnotherUpload, markUpload } from '../wire/metadata';
import { allPages } from './allPages';
import { findCollection, findPerson } from './findInCollection';
import { newUploadId } from './findUpload';
import { sentAt } from './sentAt';
import { whenLost, type Settle } from './settle';
import { sendMedia } from './upload';
import type { Collection, Person } from '../model';

const COLLECTION_ID = ['collection_id'];
const PERSON_ID = ['person_id'];
const IMAGE_ID = ['person_image_id', 'image_id', 'media_id'];

/** Blacklists (docs/oz-api.md 5.5). */
export function collectionCalls(
  api: Api,
  url: UrlReader,
  limits: MediaLimits,
  settle: Settle,
): CollectionCalls {
  const { host } = api.server;
  const collectionPath = (id: string): string => `collections/${pathSegment(id, 'collection')}/`;
  const personPath = (collectionId: string, personId: string): string =>
    `${collectionPath(collectionId)}persons/${pathSegment(personId, 'person')}/`;

  const read = (
    path: string,
    what: string,
    options?: CallOptions & { query?: Readonly<Record<string, string>> },
  ): Promise<unknown> => api.json({ stage: 'read-collections', path, what, ...options });

  const readList = (id: string[], path: string, what: string, options?: CallOptions): Promise<unknown> =>
    allPages({ id, host, stage: 'read-collections' }, (query) => read(path, what, { ...options, query }));

  const remove = async (path: string, what: string, options?: CallOptions): Promise<void> => {
    await api.send({ stage: 'delete-collections', method: 'DELETE', path, what, ...options });
  };

  const stage = 'add-to-collection';
  const upload = ({ media, onProgress }: UploadRequest, options?: CallOptions) =>
    omitUndefined({ stage, media, limits, onProgress, signal: options?.signal });

  const companies: CollectionCalls['companies'] = async (searchText, options) => {
    const search = searchText === undefined || searchText === '' ? {} : { search_text: searchText };
    const listed = { id: ['company_id'], host, stage: 'read-companies' };
    return readCompanies(
      await allPages(listed, (page) =>
        api.json({ stage: 'read-companies', path: 'companies/', query: { ...search, ...page }, ...options }),
      ),
    );
  };

  const readNew = (json: unknown, alias: string): Collection => {
    const made = readCollection(asObject(json));
    if (made.collectionId === '')
      throw ozError('wrongShape', { host, field: 'collection_id' }, { stage: 'create-collection' });
    return { ...made, alias: made.alias === '' ? alias : made.alias };
  };

  const readNewPerson = (json: unknown, uploadId: string): Person => {
    if (isOfAnotherUpload(asObject(json), uploadId)) throw ozError('otherAnswer', { host }, { stage });
    const person = readPerson(asObject(json), url);
    if (person.personId === '') throw ozError('wrongShape', { host, field: 'person_id' }, { stage });
    return person;
  };

  return {
    companies,

    async list(options) {
      return objects(await readList(COLLECTION_ID, 'collections/', 'collection', options)).map(
        readCollection,
      );
    },

    async create({ alias, companyId }, options) {
      if (alias.trim() === '') throw ozError('aliasMissing');
      const company = companyId ?? onlyCompany(await companies(undefined, options));
      const since = sentAt(api);
      return settle({
        send: async () =>
          readNew(
            await api.json({
              stage: 'create-collection',
              method: 'POST',
              path: 'collections/',
              json: { alias, company_id: company },
              what: 'company',
              settled: true,
              ...options,
            }),
            alias,
          ),
        replayable: true,
        find: async () => {
          const list = await readList(COLLECTION_ID, 'collections/', 'collection', options);
          const found = findCollection(list, alias, since());
          return typeof found === 'object' ? { found: readNew(found.found, alias) } : found;
        },
        details: { sentAt: since() ?? Math.floor(Date.now() / 1000) },
        signal: options?.signal,
      });
    },

    delete: async (collectionId, options) => remove(collectionPath(collectionId), 'collection', options),

    async persons(collectionId, options) {
      const json = await readList(
        PERSON_ID,
        `${collectionPath(collectionId)}persons/`,
        'collection',
        options,
      );
      return objects(json).map((one) => readPerson(one, url));
    },

    async person(collectionId, personId, options) {
      const json = await read(personPath(collectionId, personId), 'person', options);
      const person = readPerson(asObject(json), url);
      if (person.personId === '')
        throw ozError('wrongShape', { host, field: 'person_id' }, { stage: 'read-collections' });
      if (isAnother(personId, person.personId))
        throw ozError('otherAnswer', { host }, { stage: 'read-collections', personId });
      return person;
    },

    async addPerson(collectionId, request, options) {
      const path = `${collectionPath(collectionId)}persons/`;
      const uploadId = newUploadId();
      request.onUploadId?.(uploadId);
      const metadata = markUpload(request.metadata, uploadId);
      return sendMedia(
        api,
        {
          ...upload(request, options),
          path,
          what: 'collection',
          payload: { metadata, metadataKey: 'person:meta_data' },
        },
        (json) => readNewPerson(json, uploadId),
        {
          settle,
          details: { collectionId, uploadId },
          find: async () => {
            const found = findPerson(await readList(PERSON_ID, path, 'collection', options), uploadId);
            return typeof found === 'object' ? { found: readNewPerson(found.found, uploadId) } : found;
          },
        },
      );
    },

    deletePerson: async (collectionId, personId, options) =>
      remove(personPath(collectionId, personId), 'person', options),

    async images(collectionId, personId, options) {
      return readPersonImages(
        await readList(IMAGE_ID, `${personPath(collectionId, personId)}images/`, 'person', options),
        url,
      );
    },

    async addImages(collectionId, personId, request, options) {
      const path = `${personPath(collectionId, personId)}images/`;
      const since = api.serverTime() ?? Math.floor(Date.now() / 1000);
      const call = { ...upload(request, options), path, what: 'person', payload: {} };
      try {
        return await sendMedia(api, call, (json) => {
          const images = readPersonImages(json, url).filter(({ imageId }) => imageId !== '');
          if (images.length > 0) return images;
          throw ozError('wrongShape', { host, field: 'person_image_id' }, { stage });
        });
      } catch (error) {
        // Nothing in the API says which image came from which upload.
        throw whenLost(error, { collectionId, personId, sentAt: since });
      }
    },

    deleteImage: async (collectionId, personId, imageId, options) =>
      remove(
        `${personPath(collectionId, personId)}images/${pathSegment(imageId, 'image')}`,
        'image',
        options,
      ),
  };
}

function onlyCompany(companies: { companyId: string }[]): string {
  const [only] = companies;
  if (only === undefined || companies.length > 1 || only.companyId === '') {
    throw ozError('companyMissing', { count: companies.length });
  }
  return only.companyId;
}
