/**
 * The Oz API client: knows HTTP and Oz, knows no Node-RED. This is its front door; what is not exported here is
 * internal and may change at any time. See docs/client.md.
 */
import type { ClientOptions, OzClient } from './contract';

export { abortError, onAbort } from './abort';
export type * from './contract';
export { livenessMedia } from './documentTags';
export { awaitsDecision, checkResult, lastGroup } from './result';
export * from './errors/ozError';
export { ERROR_MESSAGES, ozError, type ErrorKey } from './errors/errorMessages';
export { fillPlaces } from './errors/fillPlaces';
export { mediaFrom, type MediaDefaults } from './media/input';
export { TEXT_AS, type TextAs } from './media/text';
export type * from './model';
export { apiAddress } from './server';
export type { SignIn } from './session/signIn';
export type { NetworkWay, ProxyOptions } from './transport/proxy';
export { UPLOAD_KEY } from './wire/metadata';

/** Makes a client. Throws OZ_CONFIG for a URL that cannot be one. Nothing is sent until the first call. */
export function createClient(options: ClientOptions): OzClient {
  // Loaded when it is needed, so that a Node-RED without any check starts without it.
  const { createClient: create }: typeof import('./create') = require('./create');
  return create(options);
}
