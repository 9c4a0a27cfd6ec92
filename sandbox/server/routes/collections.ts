import { randomUUID } from 'node:crypto';
import type { FastifyInstance } from 'fastify';
import type { Account } from '../auth/accounts';
import { COMPANY, mayRead } from '../auth/accounts';
import type { Context } from '../context';
import { callerOf } from '../context';
import { ApiError } from '../errors';
import { page, pageBody } from '../list/paging';
import { rulesOf } from '../profiles';
import type { CollectionRecord, JsonObject } from '../store/records';
import { now } from '../store/workspace';
import { jsonBody, pathId, requiredText } from './call';
import { queryOf } from './lists';

/**
 * Collections of people, the blacklists (docs/oz-api.md 5.5). A new one belongs to the sandbox's own company, whatever
 * `company_id` says.
 */
export function collectionRoutes(app: FastifyInstance, context: Context): void {
  const { store, files } = context.workspace;

  app.get('/api/collections', async (request) => {
    const account = callerOf(request, context);
    const found = [...store.all('collections')]
      .filter((collection) => mayRead(account, collection))
      .sort((a, b) => a.timeCreated - b.timeCreated);
    const wanted = page(found, queryOf(request));
    const asArray = rulesOf(context.options.profile).collectionsAsArray;
    return asArray ? wanted.items.map(collectionBody) : pageBody(wanted, collectionBody);
  });

  app.post('/api/collections', async (request, reply) => {
    callerOf(request, context);
    const alias = requiredText(jsonBody(request), 'alias');
    if (alias.trim() === '')
      throw new ApiError('invalidValue', { key_path: 'alias', message: 'It is empty' });
    if ([...store.all('collections')].some((other) => other.alias === alias)) {
      throw new ApiError('alreadyExist', { alias });
    }
    const time = now();
    const collection: CollectionRecord = {
      collectionId: randomUUID(),
      alias,
      companyId: COMPANY.companyId,
      personIds: [],
      metaData: null,
      timeCreated: time,
      timeUpdated: time,
    };
    store.put('collections', collection.collectionId, collection);
    return reply.code(201).send(collectionBody(collection));
  });

  app.get('/api/collections/:collectionId', async (request) =>
    collectionBody(collectionFor(callerOf(request, context), pathId(request, 'collectionId'), context)),
  );

  app.delete('/api/collections/:collectionId', async (request, reply) => {
    const collection = collectionFor(callerOf(request, context), pathId(request, 'collectionId'), context);
    for (const id of collection.personIds) store.remove('persons', id);
    store.remove('collections', collection.collectionId);
    await files.removeAll(collection.collectionId);
    return reply.code(204).send();
  });
}

/** A collection of the caller's company; throws `notExist` and `authForbidden`. */
export function collectionFor(
  account: Account,
  collectionId: string,
  { workspace }: Context,
): CollectionRecord {
  const collection = workspace.store.get('collections', collectionId);
  if (collection === undefined) throw new ApiError('notExist', { collection_id: collectionId });
  if (!mayRead(account, collection)) throw new ApiError('authForbidden', { collection_id: collectionId });
  return collection;
}

function collectionBody(collection: CollectionRecord): JsonObject {
  return {
    collection_id: collection.collectionId,
    alias: collection.alias,
    company_id: collection.companyId,
    time_created: collection.timeCreated,
    time_updated: collection.timeUpdated,
    meta_data: collection.metaData,
  };
}
