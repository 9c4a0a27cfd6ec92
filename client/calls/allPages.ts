import { ozError } from '../errors/errorMessages';
import type { Json } from '../model';
import { isList, totalOf } from '../wire/folder';
import { objects, textOf } from '../wire/shapes';

/** The page that a server gives unless asked for another (docs/oz-api.md 2.6). */
const PAGE = 100;
/** More than any account has. A server that never comes to an end would fill the memory. */
const MAX_ENTRIES = 100_000;

/** What a list is of. */
interface Listed {
  /** Names of an entry's id, the most telling first. */
  id: readonly string[];
  host: string;
  stage: string;
}

/**
 * A list as one page, in however many pages it comes (docs/oz-api.md 2.6). The first is asked for without a query,
 * because it is not documented that all lists have pages.
 * @throws OZ_RESPONSE when the answer is not a list: treating it as empty would claim that there is nothing
 */
export async function allPages(
  { id, host, stage }: Listed,
  ask: (query: Readonly<Record<string, string>>) => Promise<unknown>,
): Promise<unknown> {
  const wrong = (field: string): Error => ozError('wrongShape', { host, field }, { stage });
  // By id: a server may know no pages, and then every page is the first.
  const found = new Map<string, Json>();
  for (let offset = 0; ;) {
    const json = await ask(offset === 0 ? {} : { offset: String(offset), limit: String(PAGE) });
    if (!isList(json)) throw wrong('items');
    const page = objects(json);
    const total = totalOf(json);
    const before = found.size;
    for (const one of page) found.set(textOf(one, ...id) ?? `${found.size}`, one);
    // A server that gives smaller pages than it was asked for says by its count whether there are more.
    const isLast = page.length < PAGE && offset + page.length >= (total ?? 0);
    if (offset === 0 && (isLast || page.length === 0)) return json;
    offset += page.length;
    if (isLast || found.size === before)
      return { items: [...found.values()], ...(total === undefined ? {} : { total_count: total }) };
    if (found.size > MAX_ENTRIES) throw wrong('total_count');
  }
}
