import { LIMITS } from '../limits';
import { EngineError } from '../types';

export function cancelledError(): EngineError {
  return new EngineError('cancelled', 'The job was cancelled.');
}

export function lateError(): EngineError {
  return new EngineError('timeout', `The job took longer than ${LIMITS.jobMs / 1000} s.`);
}
