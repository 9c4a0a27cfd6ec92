import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from '../context';
import { tokenOf } from '../context';
import { controlsOf } from '../faults/controls';
import type { FaultPoint } from '../faults/controls';
import type { FolderRecord, JsonObject } from '../store/records';
import { parseJsonObject } from '../upload/json';

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

/** Strikes with the fault that a folder's controls ask for at this step, if any. */
export async function strikeFor(
  folder: FolderRecord,
  point: FaultPoint,
  request: FastifyRequest,
  reply: FastifyReply,
  { faults, workspace }: Context,
): Promise<void> {
  const names = workspace.mediaOf(folder).map(({ originalName }) => originalName);
  const controls = controlsOf(folder.metaData, names);
  await faults.strike(point, folder.folderId, controls, { request, reply, token: tokenOf(request) });
}
