import type { Json } from '../model';
import { asObject, numberOf, objects, textOf } from '../wire/shapes';
import { isList, totalOf } from '../wire/folder';
import { showsMetadata, uploadOf } from '../wire/metadata';
import type { Found } from './settle';

/** Whether a list (docs/oz-api.md 5.5) is all there is, and not the first page of more. */
function isWhole(list: unknown): boolean {
  const total = totalOf(list);
  return total === undefined || total <= objects(list).length;
}

/** The person that an upload made, by its mark. */
export function findPerson(list: unknown, uploadId: string): Found<Json> {
  const all = objects(list);
  const ours = all.find((one) => uploadOf(one) === uploadId);
  if (ours !== undefined) return { found: ours };
  // A server that does not show the metadata of persons leaves nothing certain.
  return isWhole(list) && all.every(showsMetadata) ? 'absent' : 'unclear';
}

/**
 * What was made with this mark, in a list of users or companies. One that `mayBe` it although it has no mark was there
 * before, or the server does not keep the mark: nobody can tell.
 */
export function findMarked<T>(
  list: unknown,
  uploadId: string,
  read: (one: Json) => T,
  mayBe: (one: T) => boolean,
): Found<T> {
  const all = objects(list);
  const ours = all.find((one) => uploadOf(one) === uploadId);
  if (ours !== undefined) return { found: read(ours) };
  return isList(list) && isWhole(list) && !all.some((one) => mayBe(read(one))) ? 'absent' : 'unclear';
}

/** The collection of that name which was made since then, epoch seconds. An older one of the same name is not it. */
export function findCollection(list: unknown, alias: string, since: number | undefined): Found<Json> {
  const named = objects(list).filter((one) => textOf(one, 'alias', 'name') === alias);
  if (named.length === 0) return isWhole(list) ? 'absent' : 'unclear';
  const [ours, ...more] = named.filter((one) => madeSince(one, since));
  return ours !== undefined && more.length === 0 ? { found: ours } : 'unclear';
}

function madeSince(one: Json, since: number | undefined): boolean {
  const made = numberOf(asObject(one), 'time_created');
  return made !== undefined && since !== undefined && made >= since;
}
