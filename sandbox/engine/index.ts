export * from './types';
export { createEngine } from './jobs/engine';
