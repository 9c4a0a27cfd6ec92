import { isFinished, timeUpdated, type Account, type StoredFolder } from './account';
import { monotonicMs } from './config';

/** A filter the server cannot read: answered with 400, code 4 (docs/oz-api.md 4.7). */
export class BadFilter extends Error {}

interface ListPage {
  offset: number;
  limit: number;
  total: number;
  folders: StoredFolder[];
}

/**
 * Answers the folder list with the documented filters (docs/oz-api.md 2.6): offset, limit, sorting, the time
 * windows, `meta_data` and `resolution_status`. Anything else in the query is ignored, as such servers do.
 */
export function listFolders(account: Account, query: URLSearchParams): ListPage {
  const offset = whole(query, 'offset', 0);
  const limit = whole(query, 'limit', 100);
  if (offset < 0 || limit > 5000 || limit < -1) throw new BadFilter('Invalid value for pagination');
  const newestFirst = !/\{asc\}/.test(query.get('sorting') ?? '');
  const wanted = account.config.list === 'filters' ? filters(query) : [];
  const createdMin = account.config.list === 'filters' ? time(query, 'time_created.min') : undefined;
  const all = account.createdSince(createdMin).filter((folder) => wanted.every((fits) => fits(folder)));
  if (newestFirst) all.reverse();
  return {
    offset,
    limit,
    total: all.length,
    folders: all.slice(offset, limit === -1 ? undefined : offset + limit),
  };
}

function filters(query: URLSearchParams): ((folder: StoredFolder) => boolean)[] {
  const found: ((folder: StoredFolder) => boolean)[] = [];
  const now = monotonicMs();
  const times = {
    time_created: (folder: StoredFolder) => folder.timeCreated,
    time_updated: (folder: StoredFolder) => timeUpdated(folder, now),
  };
  for (const [name, of] of Object.entries(times)) {
    const min = time(query, `${name}.min`);
    const max = time(query, `${name}.max`);
    if (min !== undefined) found.push((folder) => of(folder) >= min);
    if (max !== undefined) found.push((folder) => of(folder) <= max);
  }
  for (const condition of (query.get('meta_data') ?? '').split(',').filter((text) => text !== '')) {
    const [, path, operator, value] = /^(.+?)(==|!=)(.*)$/.exec(condition) ?? [];
    if (path === undefined) throw new BadFilter('Invalid param value');
    found.push((folder) => (String(atPath(folder.metadata, path)) === value) === (operator === '=='));
  }
  const statuses = query.get('resolution_status')?.toUpperCase().split(',');
  if (statuses !== undefined) found.push((folder) => statuses.includes(status(folder)));
  return found;
}

function status(folder: StoredFolder): string {
  if (folder.analyses.length === 0) return 'INITIAL';
  return folder.analyses.every((analysis) => isFinished(analysis)) ? 'FINISHED' : 'PROCESSING';
}

function atPath(value: unknown, path: string): unknown {
  return path
    .split('.')
    .reduce<unknown>(
      (at, key) => (typeof at === 'object' && at !== null ? Reflect.get(at, key) : undefined),
      value,
    );
}

function whole(query: URLSearchParams, name: string, fallback: number): number {
  const text = query.get(name);
  const value = text === null ? fallback : Number(text);
  if (!Number.isInteger(value)) throw new BadFilter('Invalid param type');
  return value;
}

/** Seconds, milliseconds (11 digits and more) or microseconds (16 and more), as the framework reads them. */
function time(query: URLSearchParams, name: string): number | undefined {
  const text = query.get(name);
  if (text === null) return undefined;
  const value = Number(text);
  if (!Number.isFinite(value)) throw new BadFilter('Invalid param value');
  return value >= 1e15 ? value / 1e6 : value >= 1e10 ? value / 1e3 : value;
}
