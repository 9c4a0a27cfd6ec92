import { isDate } from 'node:util/types';
import type { NodeAPI } from 'node-red';
import { ozError, type Folder, type FolderQuery, type OzClient } from '../../client';
import { isRecord } from '../shared/message';
import type { Work } from '../shared/node';
import type { Options } from '../shared/options';
import { sendParts } from '../shared/parts';
import type { PROPERTIES } from './properties';
import { describeFolder, writeFolder } from './folder';

/** Folders in one request. */
const PAGE_SIZE = 100;

/** Sends what the filters find, as one message with an array or as one message a folder. */
export async function listFolders(
  RED: NodeAPI,
  { job, options, client }: Work<typeof PROPERTIES>,
): Promise<void> {
  const query = await readQuery(options);
  const limit = options.limit;
  const withRaw = options.raw;
  job.stage('asking');
  const folders = await readAll(client, query, limit, job.signal);
  if (options.split) {
    sendParts(RED, job, folders, (msg, folder) => {
      writeFolder(msg, folder, withRaw, client.bestShotGestures);
      msg.payload = describeFolder(folder, client.bestShotGestures);
    });
    return;
  }
  job.msg.payload = folders.map((folder) => ({
    ...describeFolder(folder, client.bestShotGestures),
    ...(withRaw ? { raw: folder.raw } : {}),
  }));
  job.send(job.msg);
}

async function readAll(
  client: OzClient,
  query: FolderQuery,
  limit: number,
  signal: AbortSignal,
): Promise<Folder[]> {
  // By id: a folder created meanwhile shifts the others, so that the next page repeats some of this one.
  const folders = new Map<string, Folder>();
  let offset = 0;
  while (folders.size < limit) {
    const size = Math.min(PAGE_SIZE, limit - folders.size);
    const page = await client.folders.list(
      { ...query, withAnalyses: true, newestFirst: true, offset, limit: size },
      { signal },
    );
    const before = folders.size;
    for (const folder of page.items) folders.set(folder.folderId, folder);
    offset += page.items.length;
    // A server that ignores the offset would send the same page for ever. One that gives smaller pages than requested
    // tells by its own count whether there are more.
    const isLast = page.items.length < size && offset >= (page.total ?? offset);
    if (isLast || folders.size === before) break;
  }
  return [...folders.values()].slice(0, limit);
}

async function readQuery(options: Options<typeof PROPERTIES>): Promise<FolderQuery> {
  const createdMin = epochSeconds('since', await options.since.value());
  const createdMax = epochSeconds('until', await options.until.value());
  const resolutionStatus = options.resolution;
  const metadata = await readFilter(options);
  return {
    ...(createdMin === undefined ? {} : { createdMin }),
    ...(createdMax === undefined ? {} : { createdMax }),
    ...(resolutionStatus === '' ? {} : { resolutionStatus }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

/** A number above this can only be milliseconds (it would be the year 5138 in seconds). */
const MAX_SECONDS = 1e11;

/** Epoch seconds of a number (seconds or milliseconds), a Date, or its text (ISO 8601 or a number). */
function epochSeconds(field: string, value: unknown): number | undefined {
  const given = typeof value === 'string' ? value.trim() : value;
  if (given === undefined || given === '') return undefined;
  if (typeof given !== 'string' && typeof given !== 'number' && !isDate(given))
    throw ozError('queryInvalid', { field });
  const number = typeof given === 'string' && Number.isNaN(Number(given)) ? Date.parse(given) : Number(given);
  if (!Number.isFinite(number) || number < 0) throw ozError('queryInvalid', { field });
  return number > MAX_SECONDS ? number / 1000 : number;
}

/** Metadata to match exactly: an object of plain values. */
async function readFilter(options: Options<typeof PROPERTIES>): Promise<Record<string, string> | undefined> {
  const filter = await options.filter.value();
  if (filter === undefined) return undefined;
  if (!isRecord(filter)) throw ozError('queryInvalid', { field: 'filter' });
  return Object.fromEntries(
    Object.entries(filter).map(([name, value]) => {
      if (!['string', 'number', 'boolean'].includes(typeof value))
        throw ozError('queryInvalid', { field: 'filter' });
      return [name, String(value)];
    }),
  );
}
