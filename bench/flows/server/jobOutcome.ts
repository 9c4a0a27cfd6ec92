import { seeded } from '../../../tools/random';
import type { AnalysisTimes } from './config';

/** A number in [0, 1) that depends on nothing but its arguments. */
const chance = (seed: number, job: number, purpose: number): number => seeded(`${seed} ${job} ${purpose}`)();

/** The analysis time of a job, milliseconds: the same in every run with the same seed, whichever flow asks. */
export function analysisTime(times: AnalysisTimes, seed: number, job: number): number {
  switch (times.kind) {
    case 'at-once':
      return 0;
    case 'uniform':
      return times.minMs + (times.maxMs - times.minMs) * chance(seed, job, 0);
    case 'log-normal': {
      // Box-Muller; 1 - chance keeps the logarithm finite.
      const radius = Math.sqrt(-2 * Math.log(1 - chance(seed, job, 0)));
      return times.medianMs * Math.exp(times.sigma * radius * Math.cos(2 * Math.PI * chance(seed, job, 1)));
    }
  }
}

/** The verdict of a job: one in five is declined, so that a flow which never looks at it is found out. */
export function verdict(seed: number, job: number): 'SUCCESS' | 'DECLINED' {
  return chance(seed, job, 2) < 0.2 ? 'DECLINED' : 'SUCCESS';
}
