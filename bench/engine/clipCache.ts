import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaceModels } from '@ozflow/oz-sandbox/engine/face/index';
import { makeFramePainter } from './framePainter';
import { makeIntruder } from './intruder';
import { openEncoder, timeOf } from './encode';
import { costOf, type Seen } from './frameLook';
import { makeTimeline, type Timeline } from './timeline';
import type { ClipSpec } from './clipSpec';
import { SharpnessBaseline } from './sharpestFrame';
import { goodFrames, TIE, type Truth } from './groundTruth';

/** A clip on disk. */
export interface Clip {
  spec: ClipSpec;
  path: string;
  truth: Truth;
}

/** What is kept beside a clip, because finding it out needs its frames. */
interface Notes {
  /** What can be seen in each frame. */
  seen: Seen[];
  baselines: Truth['baselines'];
}

/** Makes clips, or takes them from `folder` if they were made before. */
export class ClipCache {
  readonly #folder: string;
  readonly #models: FaceModels;

  constructor(folder: string, models: FaceModels) {
    this.#folder = folder;
    this.#models = models;
  }

  async clip(spec: ClipSpec): Promise<Clip> {
    await mkdir(this.#folder, { recursive: true });
    const timeline = makeTimeline(spec.defect, spec.seconds, spec.seed, spec.subject);
    const path = join(this.#folder, `${spec.name}-${keyOf(spec, timeline)}.${spec.format.extension}`);
    const known = await readFile(`${path}.json`, 'utf8').catch(() => undefined);
    if (known !== undefined) return { spec, path, truth: truthOf(spec, timeline, parseNotes(known)) };
    const notes = await this.#record(spec, timeline, path);
    await writeFile(`${path}.json.part`, JSON.stringify(notes));
    await rename(`${path}.json.part`, `${path}.json`);
    return { spec, path, truth: truthOf(spec, timeline, notes) };
  }

  async #record(spec: ClipSpec, timeline: Timeline, path: string): Promise<Notes> {
    const { format, subject, defect, seed } = spec;
    const size = { width: format.width, height: format.height, face: spec.face, smallest: timeline.smallest };
    const intruder = await makeIntruder(defect, seed, size, subject, spec.bystander);
    const painter = await makeFramePainter(seed, size, subject, intruder);
    const encoder = openEncoder(path, format);
    const sharpness = new SharpnessBaseline();
    const count = framesOf(spec);
    const frames: Seen[] = [];
    for (let index = 0; index < count; index++) {
      const { frame, seen } = painter.draw(timeline.look(timeOf(format, index)));
      frames.push(seen);
      sharpness.add(frame);
      await encoder.add(frame);
    }
    await encoder.end();
    return {
      seen: frames,
      baselines: {
        'first frame': 0,
        'middle frame': Math.floor(count / 2),
        'sharpest frame': sharpness.sharpest(),
        'sharpest with a face': await sharpness.sharpestWithFace(this.#models),
      },
    };
  }
}

function framesOf({ seconds, format }: ClipSpec): number {
  return Math.round(seconds * format.fps);
}

/** Differs whenever the clip would: by its people, its frames and how it is stored. */
function keyOf(spec: ClipSpec, timeline: Timeline): string {
  const { seed, format, face, subject, bystander } = spec;
  const looks = Array.from({ length: framesOf(spec) }, (_, index) => timeline.look(timeOf(format, index)));
  return createHash('sha256')
    .update(JSON.stringify({ seed, format, face, looks }))
    .update(subject.image.data)
    .update(bystander.image.data)
    .digest('hex')
    .slice(0, 16);
}

function truthOf({ format, subject }: ClipSpec, timeline: Timeline, { seen, baselines }: Notes): Truth {
  const times = seen.map((_, index) => timeOf(format, index));
  const costs = seen.map((one, index) => costOf(timeline.look(times[index] ?? 0), subject.pose, one));
  return {
    times,
    costs,
    good: goodFrames(times, costs, timeline.window, TIE),
    strictlyGood: goodFrames(times, costs, timeline.window, 0),
    baselines,
  };
}

/** Reads back what `clip` wrote. */
function parseNotes(text: string): Notes {
  const notes: Notes = JSON.parse(text);
  return notes;
}
