/**
 * What TypeScript authors need to know of the palette: what `msg.oz` holds, and what an error at Catch does. Types only;
 * the client itself is at `@ozflow/node-red-oz/client`.
 */
export type { OzErrorCode, SafeDetails } from '../client';
export type {
  Analysis,
  AnalysisType,
  BestShot,
  Json,
  JsonObject,
  Media,
  PersonHit,
  Resolution,
  TextField,
} from '../client';
export type { OzAnalysis, OzBestShot, OzData, OzTiming } from './shared/oz';
