import type { FaceModels } from '@ozflow/oz-sandbox/engine/face/index';
import { encodeJpeg } from '@ozflow/oz-sandbox/engine/media/picture';
import { WEIGHTS } from '@ozflow/oz-sandbox/engine/quality/weights';
import type { ComponentName, Engine, FrameReport, MediaReport } from '@ozflow/oz-sandbox/engine/index';
import { SharpnessBaseline } from '../sharpestFrame';
import { framesOf } from './decode';
import { labelOf, type Label, type LabelledFilm } from './labels';

export const BASELINES = ['first frame', 'middle frame', 'sharpest with a face'] as const;
type Baseline = (typeof BASELINES)[number];

/** What the engine and simple ways of choosing made of a film. */
export interface FilmResult {
  film: LabelledFilm;
  report: Pick<MediaReport, 'bestShot' | 'frames'>;
  /** Null: "no best shot". */
  chosen: number | null;
  label: Label;
  baselines: Record<Baseline, { frame: number | null; label: Label }>;
  /** The good frame with the best score among those the engine looked at. */
  bestGood: FrameReport | undefined;
  /** The component, or gate, that put the chosen frame before `bestGood`, and by how much of the score's logarithm. */
  decided: string;
  /** A good frame at full size, for the contact sheet. */
  goodPicture: Uint8Array | undefined;
}

/** Lets the engine choose from a film, and looks at all its frames for the baselines. */
export async function judgeFilm(film: LabelledFilm, engine: Engine, models: FaceModels): Promise<FilmResult> {
  const { error, ...report } = await choose(film.path, engine);
  const chosen = report.bestShot?.frame ?? null;
  const bestGood = bestOf(report.frames.filter(({ frame }) => labelOf(film, frame) === 'good'));
  const shown = bestGood?.frame ?? middleOf(film.good[0]);
  const sharpness = new SharpnessBaseline();
  let goodPicture: Uint8Array | undefined;
  let count = 0;
  for await (const image of framesOf(film.path)) {
    if (count === shown) goodPicture = (await encodeJpeg(image)).data;
    sharpness.add(image);
    count++;
  }
  const choice = (frame: number | null): { frame: number | null; label: Label } => ({
    frame,
    label: labelOf(film, frame),
  });
  return {
    film,
    report,
    chosen,
    label: error === undefined ? labelOf(film, chosen) : 'wrong',
    baselines: {
      'first frame': choice(0),
      'middle frame': choice(Math.floor(count / 2)),
      'sharpest with a face': choice(await sharpness.sharpestWithFace(models)),
    },
    bestGood,
    decided: error ?? decidedBy(report, bestGood),
    goodPicture,
  };
}

async function choose(path: string, engine: Engine): Promise<FilmResult['report'] & { error?: string }> {
  try {
    return await engine.analyze({ path }, { explain: true });
  } catch (error) {
    return { frames: [], error: error instanceof Error ? error.message : String(error) };
  }
}

/** Frames that no gate keeps out come first. */
function bestOf(frames: FrameReport[]): FrameReport | undefined {
  const rank = ({ score, gate }: FrameReport): number => (gate === undefined ? score : score - 2);
  return [...frames].sort((a, b) => rank(b) - rank(a))[0];
}

function middleOf(range: readonly [number, number] | undefined): number | undefined {
  return range && Math.floor((range[0] + range[1]) / 2);
}

function decidedBy(report: FilmResult['report'], other: FrameReport | undefined): string {
  const winner = report.frames.find(({ frame }) => frame === report.bestShot?.frame);
  if (!winner) return 'no face found';
  if (!other) return 'no good frame looked at';
  if (winner.frame === other.frame) return '';
  if (other.gate !== undefined) return `gate ${other.gate}`;
  const total = Object.values(WEIGHTS).reduce((sum, weight) => sum + weight, 0);
  const log = (value: number | undefined): number => Math.log(Math.max(0.01, value ?? 0.01));
  const leads = Object.entries(WEIGHTS).map(([name, weight]) => {
    const component = name as ComponentName;
    const lead = (weight / total) * (log(winner.components[component]) - log(other.components[component]));
    return { name, lead };
  });
  const [first] = leads.sort((a, b) => b.lead - a.lead);
  return first && first.lead > 0 ? `${first.name} +${first.lead.toFixed(3)}` : '';
}
