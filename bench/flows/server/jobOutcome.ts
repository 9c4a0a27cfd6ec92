import { seeded } from '../../../tools/random';
import type { AnalysisTimes } from './config';

/** A number in [0, 1) that depends on nothing but its arguments. */
const chance = (seed: number, job: number, purpose: number): number => seeded(`${seed} ${job} ${purpose}`)();

/** The analysis time of a job, milliseconds: the same in every run with the same seed, whichever flow asks. */
export function analysisTime({ minMs, maxMs }: AnalysisTimes, seed: number, job: number): number {
  return minMs + (maxMs - minMs) * chance(seed, job, 0);
}

/** The verdict of a job: one in five is declined, so that a flow which never looks at it is found out. */
export function verdict(seed: number, job: number): 'SUCCESS' | 'DECLINED' {
  return chance(seed, job, 2) < 0.2 ? 'DECLINED' : 'SUCCESS';
}
