import { randomUUID } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { EngineError } from '../../engine/types';
import type { Account } from '../auth/accounts';
import type { Context } from '../context';
import { callerOf, wireFor } from '../context';
import { ApiError } from '../errors';
import { page, pageBody } from '../list/paging';
import type { JsonObject, PersonImageRecord, PersonRecord } from '../store/records';
import { now } from '../store/workspace';
import { optionalObject } from '../upload/json';
import { mediaKind } from '../upload/mediaType';
import type { FilePart, Upload } from '../upload/multipart';
import { discardAll } from '../upload/multipart';
import { filePayload } from '../upload/payload';
import { readUpload } from '../upload/receive';
import type { Wire } from '../wire/view';
import { pathId } from './call';
import { collectionFor } from './collections';
import { queryOf } from './lists';

/** People of a collection and their pictures (docs/oz-api.md 5.5). */
export function personRoutes(app: FastifyInstance, context: Context): void {
  const { store, files } = context.workspace;
  const base = '/api/collections/:collectionId/persons';

  app.post(base, async (request, reply) => {
    const account = callerOf(request, context);
    const { collectionId } = collectionFor(account, pathId(request, 'collectionId'), context);
    const upload = await readUpload(request, files);
    const person = await withImages(collectionId, upload, context, (images): PersonRecord => {
      const collection = collectionFor(account, collectionId, context);
      const metaData = optionalObject(upload.payload['person:meta_data'], 'person:meta_data');
      const personId = randomUUID();
      const time = now();
      const record = { personId, collectionId, images, metaData, timeCreated: time, timeUpdated: time };
      store.put('persons', personId, record);
      const personIds = [...collection.personIds, personId];
      store.put('collections', collectionId, { ...collection, personIds, timeUpdated: time });
      return record;
    });
    return reply.code(201).send(personBody(person, wireFor(request, context)));
  });

  app.get(base, async (request) => {
    const collection = collectionFor(callerOf(request, context), pathId(request, 'collectionId'), context);
    const people = collection.personIds.flatMap((id) => store.get('persons', id) ?? []);
    const wire = wireFor(request, context);
    return pageBody(page(people, queryOf(request)), (person) => personBody(person, wire));
  });

  app.get(`${base}/:personId`, async (request) =>
    personBody(personFor(callerOf(request, context), request, context), wireFor(request, context)),
  );

  app.delete(`${base}/:personId`, async (request, reply) => {
    const account = callerOf(request, context);
    const { personId, collectionId, images } = personFor(account, request, context);
    const collection = collectionFor(account, collectionId, context);
    const personIds = collection.personIds.filter((id) => id !== personId);
    store.put('collections', collectionId, { ...collection, personIds, timeUpdated: now() });
    store.remove('persons', personId);
    await Promise.all(images.map(({ file }) => files.remove(collectionId, file)));
    return reply.code(204).send();
  });

  app.post(`${base}/:personId/images`, async (request, reply) => {
    const account = callerOf(request, context);
    const { collectionId } = personFor(account, request, context);
    const upload = await readUpload(request, files);
    const added = await withImages(collectionId, upload, context, (images) => {
      const person = personFor(account, request, context);
      const all = [...person.images, ...images];
      store.put('persons', person.personId, { ...person, images: all, timeUpdated: now() });
      return images;
    });
    const wire = wireFor(request, context);
    return reply.code(201).send(added.map((image) => imageBody(image, collectionId, wire)));
  });

  app.get(`${base}/:personId/images`, async (request) => {
    const { images, collectionId } = personFor(callerOf(request, context), request, context);
    const wire = wireFor(request, context);
    return images.map((image) => imageBody(image, collectionId, wire));
  });

  app.delete(`${base}/:personId/images/:imageId`, async (request, reply) => {
    const person = personFor(callerOf(request, context), request, context);
    const imageId = pathId(request, 'imageId');
    const image = person.images.find(({ personImageId }) => personImageId === imageId);
    if (image === undefined) throw new ApiError('notExist', { person_image_id: imageId });
    const images = person.images.filter((other) => other !== image);
    store.put('persons', person.personId, { ...person, images, timeUpdated: now() });
    await files.remove(person.collectionId, image.file);
    return reply.code(204).send();
  });
}

/** A person of a collection the caller may see; throws `notExist` and `authForbidden`. */
export function personFor(account: Account, request: FastifyRequest, context: Context): PersonRecord {
  const { collectionId } = collectionFor(account, pathId(request, 'collectionId'), context);
  const personId = pathId(request, 'personId');
  const person = context.workspace.store.get('persons', personId);
  if (person?.collectionId !== collectionId) throw new ApiError('notExist', { person_id: personId });
  return person;
}

/**
 * Keeps the pictures of a person and passes them to `use`; when that throws, because the person may have been deleted
 * meanwhile, nothing is kept. A picture without a face cannot be searched for and is refused.
 */
async function withImages<T>(
  collectionId: string,
  upload: Upload,
  { workspace: { files }, engine }: Context,
  use: (images: PersonImageRecord[]) => T,
): Promise<T> {
  const kept: string[] = [];
  const images: PersonImageRecord[] = [];
  try {
    for (const part of upload.files) {
      const { extension, mediaType } = await mediaKind(part);
      if (mediaType !== 'IMAGE_FOLDER') throw unusable(part, 'An image is expected');
      const { tags } = filePayload(upload.payload, part.key);
      const file = await files.keep(part.received, collectionId, extension);
      kept.push(file);
      const { descriptor } = await engine.analyze(files.input(collectionId, file)).catch((error: unknown) => {
        throw error instanceof EngineError ? unusable(part, error.message) : error;
      });
      if (descriptor === undefined) throw unusable(part, 'The image shows no face');
      const personImageId = randomUUID();
      images.push({ personImageId, file, originalName: part.name, tags, descriptor: [...descriptor] });
    }
    return use(images);
  } catch (error) {
    await discardAll(upload.files, files);
    await Promise.all(kept.map((file) => files.remove(collectionId, file)));
    throw error;
  }
}

function unusable({ key }: FilePart, message: string): ApiError {
  return new ApiError('invalidValue', { key, message });
}

function personBody(person: PersonRecord, wire: Wire): JsonObject {
  return {
    person_id: person.personId,
    collection_id: person.collectionId,
    time_created: person.timeCreated,
    time_updated: person.timeUpdated,
    meta_data: person.metaData,
    images: person.images.map((image) => imageBody(image, person.collectionId, wire)),
  };
}

function imageBody(image: PersonImageRecord, collectionId: string, wire: Wire): JsonObject {
  return {
    person_image_id: image.personImageId,
    original_name: image.originalName,
    original_url: wire.imageUrl(collectionId, image.file),
    tags: image.tags,
  };
}
