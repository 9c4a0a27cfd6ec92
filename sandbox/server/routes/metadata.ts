import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Account } from '../auth/accounts';
import type { Context } from '../context';
import { callerOf, folderFor } from '../context';
import { readControls } from '../failureInjection/controls';
import type { JsonObject, JsonValue, Tables } from '../store/records';
import { now } from '../store/workspace';
import { isJsonObject } from '../upload/json';
import { analysisFor } from './analyses';
import { jsonBody, pathId } from './call';
import { userFor } from './users';
import { collectionFor } from './collections';
import { mediaFor } from './media';
import { personFor } from './persons';

/** Metadata of one object: where it is and how it is written back. */
interface Holder {
  metaData: JsonObject | null;
  save(changed: { metaData: JsonObject | null; timeUpdated: number }): void;
}

/** Tables whose records have metadata. */
type DescribedTable = 'folders' | 'media' | 'analyses' | 'collections' | 'persons';

type Find = (account: Account, request: FastifyRequest) => Holder;

/**
 * The four methods (docs/oz-api.md 2.7): POST replaces the named fields as a whole, PATCH changes within them, DELETE
 * removes everything.
 */
export function metadataRoutes(app: FastifyInstance, context: Context): void {
  for (const [path, find] of holders(context)) {
    const url = `/api/${path}/meta_data`;

    app.get(url, async (request) => find(callerOf(request, context), request).metaData ?? {});

    app.post(url, async (request, reply) => {
      const holder = find(callerOf(request, context), request);
      return reply.code(201).send(write(holder, { ...holder.metaData, ...jsonBody(request) }));
    });

    app.patch(url, async (request) => {
      const holder = find(callerOf(request, context), request);
      return write(holder, merged(holder.metaData ?? {}, jsonBody(request)));
    });

    app.delete(url, async (request, reply) => {
      write(find(callerOf(request, context), request), null);
      return reply.code(204).send();
    });
  }
}

function holders(context: Context): [string, Find][] {
  const { store } = context.workspace;
  const held = <T extends DescribedTable>(table: T, id: string, record: Tables[T]): Holder => ({
    metaData: record.metaData,
    save: (changed) => store.put(table, id, { ...record, ...changed }),
  });
  return [
    [
      'users/:userId',
      (account, request) => {
        const { userId, metaData = null } = userFor(account, pathId(request, 'userId'), context);
        return {
          metaData,
          save: (changed) => context.accounts.change(userId, { metaData: changed.metaData }),
        };
      },
    ],
    [
      'folders/:folderId',
      (account, request) => {
        const folder = folderFor(account, pathId(request, 'folderId'), context);
        const holder = held('folders', folder.folderId, folder);
        const save: Holder['save'] = (changed) => {
          // Throws for a control that does not exist.
          readControls(changed.metaData);
          holder.save(changed);
        };
        return { ...holder, save };
      },
    ],
    [
      'media/:mediaId',
      (account, request) => {
        const media = mediaFor(account, pathId(request, 'mediaId'), context);
        return held('media', media.mediaId, media);
      },
    ],
    [
      'analyses/:analysisId',
      (account, request) => {
        const { analysis } = analysisFor(account, pathId(request, 'analysisId'), context);
        return held('analyses', analysis.analysisId, analysis);
      },
    ],
    [
      'collections/:collectionId',
      (account, request) => {
        const collection = collectionFor(account, pathId(request, 'collectionId'), context);
        return held('collections', collection.collectionId, collection);
      },
    ],
    [
      'collections/:collectionId/persons/:personId',
      (account, request) => {
        const person = personFor(account, request, context);
        return held('persons', person.personId, person);
      },
    ],
  ];
}

function write(holder: Holder, metaData: JsonObject | null): JsonObject {
  holder.save({ metaData, timeUpdated: now() });
  return metaData ?? {};
}

/** The old values with the changes, object within object; anything else is replaced. */
function merged(old: JsonObject, changes: JsonObject): JsonObject {
  const result: Record<string, JsonValue> = { ...old };
  for (const [key, value] of Object.entries(changes)) {
    const before = Object.hasOwn(old, key) ? old[key] : undefined;
    result[key] = isJsonObject(before) && isJsonObject(value) ? merged(before, value) : value;
  }
  return result;
}
