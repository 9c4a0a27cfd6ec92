import type { AnalysisTimes } from './config';

/** A number in [0, 1) that depends on nothing but its arguments (the finaliser of MurmurHash3, 32 bit). */
export function chance(seed: number, job: number, purpose: number): number {
  let h = (seed ^ Math.imul(job + 1, 0x9e3779b1) ^ Math.imul(purpose + 1, 0x85ebca6b)) >>> 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b) >>> 0;
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35) >>> 0;
  return ((h ^ (h >>> 16)) >>> 0) / 0x1_0000_0000;
}

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
