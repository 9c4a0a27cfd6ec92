export * from './types';
export { createEngine } from './jobs/engine';
export { missingDecoder } from './media/decoder/pick';
