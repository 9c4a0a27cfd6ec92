import { isRecord } from '../shared/message';
import { isText } from './target';

/** What a webhook's message says. It is not trusted, and only tells where to look. */
interface Hint {
  folderId: string;
  /** The analyses it is about, if it names any. */
  analysisIds: string[];
}

/**
 * The folder that a webhook's body names: `folder_id`, `folder.folder_id` or `analyses[].folder_id` (docs/oz-api.md
 * 5.1: the body is not documented). Taken from an object or its JSON text.
 */
export function hintOf(payload: unknown): Hint | undefined {
  const body = typeof payload === 'string' || Buffer.isBuffer(payload) ? parse(payload.toString()) : payload;
  if (!isRecord(body)) return undefined;
  const folder = isRecord(body['folder']) ? body['folder'] : {};
  const listed: unknown = body['analyses'] ?? folder['analyses'];
  const analyses = Array.isArray(listed) ? listed.filter(isRecord) : [];
  const folderId = [body['folder_id'], folder['folder_id'], ...analyses.map((one) => one['folder_id'])].find(
    isText,
  );
  if (folderId === undefined) return undefined;
  return {
    folderId,
    analysisIds: analyses.map((one) => one['analysis_id'] ?? one['analyse_id']).filter(isText),
  };
}

/** Longer texts are media, not webhooks. */
const MAX_TEXT_LENGTH = 1_000_000;

function parse(text: string): unknown {
  if (text.length > MAX_TEXT_LENGTH || !text.trimStart().startsWith('{')) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
