import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context';
import { tokenOf } from '../context';
import { ApiError, missingField } from '../errors';
import { controlsOf } from '../failureInjection/controls';
import type { FailurePoint } from '../failureInjection/controls';
import type { FolderRecord, JsonObject } from '../store/records';
import { parseJsonObject } from '../upload/json';

/** A single request answers with what there is after this time (the server's own limit, docs/oz-api.md 1.1). */
export const MAX_ANSWER_MS = 115_000;

/** The JSON body of a request, whatever its type says (docs/oz-api.md 1.1). */
export function jsonBody(request: FastifyRequest): JsonObject {
  return parseJsonObject(typeof request.body === 'string' ? request.body : '');
}

/** A step of the path; the router guarantees that it is there. */
export function pathId(request: FastifyRequest, name: string): string {
  const { params } = request;
  const value: unknown =
    typeof params === 'object' && params !== null ? Reflect.get(params, name) : undefined;
  return typeof value === 'string' ? value.toLowerCase() : '';
}

/** Injects the failure that a folder's controls ask for at this step, if any. */
export async function injectFailureFor(
  folder: FolderRecord,
  point: FailurePoint,
  request: FastifyRequest,
  reply: FastifyReply,
  { failures, workspace }: Context,
): Promise<void> {
  const names = workspace.mediaOf(folder).map(({ originalName }) => originalName);
  const controls = controlsOf(folder.metaData, names);
  await failures.inject(point, folder.folderId, controls, { request, reply, token: tokenOf(request) });
}

/** A text that a body, or an object in it, must have. Throws `invalidStructure` and `invalidType`, which name `keyPath`. */
export function requiredText(object: JsonObject, key: string, keyPath = key): string {
  const value = object[key];
  if (value === undefined) throw missingField(keyPath);
  if (typeof value !== 'string') throw new ApiError('invalidType', { key_path: keyPath, expected: 'string' });
  return value;
}
