/** The Oz API client: knows HTTP and Oz, knows no Node-RED. */
export * from './contract';
export { createClient } from './create';
export * from './errors';
export { mediaFrom, type MediaDefaults } from './media/input';
export * from './model';
export { OZ_SENTENCES, fault, type FaultKey } from './sentences';
export type { SignIn } from './session/signIn';
export type { ProxyOptions } from './transport/agents';
