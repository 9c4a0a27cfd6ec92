import type { Engine } from '@ozflow/oz-sandbox/engine/index';
import type { ClipSpec } from './clipSpec';
import type { Clip } from './clipCache';
import { BASELINES, isRight, regret, type Baseline } from './groundTruth';

/** The engine, or a simple way to choose. */
export type Chooser = 'engine' | Baseline;
export const CHOOSERS: readonly Chooser[] = ['engine', ...BASELINES];

/** What one chooser chose from one clip. */
interface Outcome {
  /** Number of the frame; null: "no best shot". */
  chosen: number | null;
  right: boolean;
  /** Right even if the smallest difference in cost counts. */
  strictlyRight: boolean;
  /** Cost above the best frame's; Infinity without a choice. */
  regret: number;
}

export interface Result {
  spec: ClipSpec;
  hasFace: boolean;
  outcomes: Record<Chooser, Outcome>;
  /** What the engine said when it could not read the clip. */
  error?: string;
}

/** Lets the engine and the baselines choose from a clip. */
export async function compareChoosers({ spec, path, truth }: Clip, engine: Engine): Promise<Result> {
  const outcome = (chosen: number | null): Outcome => ({
    chosen,
    right: isRight(truth.good, chosen),
    strictlyRight: isRight(truth.strictlyGood, chosen),
    regret: regret(truth, chosen),
  });
  const { chosen, error } = await choose(engine, path);
  return {
    spec,
    hasFace: truth.good.includes(true),
    outcomes: {
      engine:
        error === undefined ? outcome(chosen) : { ...outcome(null), right: false, strictlyRight: false },
      'first frame': outcome(truth.baselines['first frame']),
      'middle frame': outcome(truth.baselines['middle frame']),
      'sharpest frame': outcome(truth.baselines['sharpest frame']),
      'sharpest with a face': outcome(truth.baselines['sharpest with a face']),
    },
    ...(error !== undefined && { error }),
  };
}

interface Picked {
  chosen: number | null;
  error?: string;
}

async function choose(engine: Engine, path: string): Promise<Picked> {
  try {
    const { bestShot } = await engine.analyze({ path });
    return { chosen: bestShot?.frame ?? null };
  } catch (error) {
    return { chosen: null, error: error instanceof Error ? error.message : String(error) };
  }
}
