import { ozError, type AnalysisRequest, type JsonObject } from '../../client';
import { nodeError } from './errors';
import { isRecord } from './message';
import { readObject } from './metadata';
import type { Options, TypedReader } from './options';
import type { ANALYSES, PARAMS, WEBHOOK } from './properties/groups';

type AnalysisName = 'liveness' | 'biometry' | 'collection' | 'documents';

/** What the server calls each analysis. */
const TYPES = {
  liveness: 'quality',
  biometry: 'biometry',
  collection: 'collection',
  documents: 'documents',
} as const satisfies Record<AnalysisName, AnalysisRequest['type']>;

const NAMES = Object.keys(TYPES) as AnalysisName[];

/**
 * The analyses that are ticked, each with its parameters. Liveness carries `extractBestShot`, true or false: the
 * server's default changed in 6.0.1 (docs/oz-api.md 3.2), so silence would mean different things. Throws OZ_CONFIG when
 * none is ticked, OZ_INPUT for parameters that are no object.
 */
export async function readAnalyses(
  options: Options<typeof ANALYSES & typeof PARAMS>,
  mediaOf: (name: AnalysisName) => Promise<string[] | undefined> = () => Promise.resolve(undefined),
): Promise<AnalysisRequest[]> {
  const analyses: AnalysisRequest[] = [];
  for (const name of NAMES.filter((one) => options[one])) {
    const params = await paramsOf(name, options);
    const sourceMedia = await mediaOf(name);
    analyses.push({
      type: TYPES[name],
      ...(name === 'liveness' ? { extractBestShot: options.bestShot } : {}),
      ...(sourceMedia === undefined ? {} : { sourceMedia }),
      ...(params === undefined ? {} : { params }),
    });
  }
  if (analyses.length === 0) throw nodeError('nothingTicked');
  return analyses;
}

/** The collection that was chosen comes before one in the parameters. */
async function paramsOf(
  name: AnalysisName,
  options: Options<typeof ANALYSES & typeof PARAMS>,
): Promise<JsonObject | undefined> {
  const params = await readObject(options[`${name}Params`], 'paramsInvalid');
  const chosen = name === 'collection' ? (await options.collectionId.text())?.trim() : undefined;
  return chosen === undefined || chosen === '' ? params : { ...params, collection_id: chosen };
}

/**
 * Media ids, each once: a text (several separated by commas), an array of texts or of `{ mediaId }` as in `msg.oz.media`.
 * `undefined` for nothing at all, which means all media; a list that names none does not. Throws OZ_INPUT.
 */
export async function readMediaIds(reader: TypedReader): Promise<string[] | undefined> {
  const value = await reader.value();
  if (value === undefined || value === '') return undefined;
  const items: unknown[] =
    typeof value === 'string' ? value.split(',') : Array.isArray(value) ? value : [value];
  const ids = new Set(items.map(mediaId).filter((id) => id !== ''));
  if (ids.size === 0) throw ozError('idMissing', { what: 'media' });
  return [...ids];
}

function mediaId(item: unknown): string {
  if (typeof item === 'string') return item.trim();
  if (isRecord(item) && typeof item['mediaId'] === 'string') return item['mediaId'];
  throw ozError('idInvalid', { what: 'media' });
}

/** The URL that the server calls when the analyses are done (docs/oz-api.md 5.1). */
export async function readWebhook(options: Options<typeof WEBHOOK>): Promise<{ webhook?: string }> {
  const webhook = await options.webhook.text();
  return webhook === undefined ? {} : { webhook };
}
