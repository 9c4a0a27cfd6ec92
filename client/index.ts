/** The Oz API client: knows HTTP and Oz, knows no Node-RED. */
export * from './contract';
export { createClient } from './create';
export * from './errors/ozError';
export { mediaFrom, type MediaDefaults } from './media/input';
export { TEXT_AS, type TextAs } from './media/text';
export * from './model';
export { ERROR_MESSAGES, ozError, type ErrorKey } from './errors/errorMessages';
export { fillPlaces } from './errors/fillPlaces';
export type { SignIn } from './session/signIn';
export type { NetworkWay, ProxyOptions } from './transport/proxy';
