import type { FastifyInstance } from 'fastify';
import type { Context } from '../context';
import { callerOf, wireFor } from '../context';
import { ApiError, missingField } from '../errors';
import type { AnalysisRecord, JsonValue } from '../store/records';
import { now } from '../store/workspace';
import { analysisBody } from '../wire/view';
import { analysisFor } from './analyses';
import { jsonBody, pathId } from './call';

/**
 * The decision of a person where an analysis is OPERATOR_REQUIRED. That operators make it is documented, the call is
 * not (docs/sandbox.md): everything that is guessed about it is in this file.
 */
export function decisionRoutes(app: FastifyInstance, context: Context): void {
  app.patch('/api/analyses/:analysisId', async (request) => {
    const account = callerOf(request, context);
    const { analysis } = analysisFor(account, pathId(request, 'analysisId'), context);
    // Administrators may do everything but this (docs/oz-api.md 1.7).
    if (account.role !== 'operator' && account.role !== 'client-operator')
      throw new ApiError('authForbidden');
    const body = jsonBody(request);
    const decided = decide(analysis, body['resolution_operator'], body['operator_comment'] ?? null, context);
    return analysisBody(decided, wireFor(request, context));
  });
}

/** Records a decision and calls the webhooks. Throws `invalidStructure`, `invalidType`, `invalidValue`. */
export function decide(
  analysis: AnalysisRecord,
  resolution: JsonValue | undefined,
  comment: JsonValue,
  { workspace: { store }, webhooks }: Context,
): AnalysisRecord {
  if (resolution === undefined) throw missingField('resolution_operator');
  if (comment !== null && typeof comment !== 'string') {
    throw new ApiError('invalidType', { key_path: 'operator_comment', expected: 'string' });
  }
  if (resolution !== 'SUCCESS' && resolution !== 'DECLINED') {
    throw new ApiError('invalidValue', {
      key_path: 'resolution_operator',
      expected: ['SUCCESS', 'DECLINED'],
    });
  }
  if (analysis.resolution !== 'OPERATOR_REQUIRED') {
    const message = `Only an analysis that is OPERATOR_REQUIRED is decided by a person; this one is ${analysis.resolution}`;
    throw new ApiError('invalidValue', { key_path: 'resolution_operator', message });
  }
  const operatorDecision = { resolution, comment } as const;
  const decided: AnalysisRecord = { ...analysis, resolution, operatorDecision, timeUpdated: now() };
  store.put('analyses', analysis.analysisId, decided);
  webhooks.groupDone(analysis.folderId);
  return decided;
}
