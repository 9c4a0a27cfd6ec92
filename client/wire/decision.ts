import type { Analysis, JsonObject } from '../model';
import { textOf } from './shapes';

const MAX_COMMENT_LENGTH = 1000;

/**
 * What a person decided where the server asked for one (OPERATOR_REQUIRED). That operators decide is documented; that
 * `resolution_operator` and `operator_comment` of the analysis tell it is recalled (docs/oz-api.md 3.7), and everything
 * that rests on it is here.
 */
export function readDecision(body: JsonObject): Analysis['decision'] {
  const resolution = textOf(body, 'resolution_operator')?.trim().toUpperCase();
  if (resolution !== 'SUCCESS' && resolution !== 'DECLINED') return undefined;
  const comment = textOf(body, 'operator_comment');
  return { resolution, ...(comment === undefined ? {} : { comment: comment.slice(0, MAX_COMMENT_LENGTH) }) };
}
