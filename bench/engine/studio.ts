import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaceModels } from '@ozflow/oz-sandbox/engine/face/index';
import { makeArtist } from './artist';
import { openEncoder, timeOf } from './encode';
import { costOf } from './look';
import { makePlot, type Plot } from './plot';
import type { Script } from './script';
import { SharpnessBaseline } from './sharpest';
import { goodFrames, TIE, type Truth } from './truth';

/** A clip on disk. */
export interface Clip {
  script: Script;
  path: string;
  truth: Truth;
}

/** What is kept beside a clip, because finding it out needs its frames. */
interface Notes {
  /** Share of the face outside of each frame. */
  outside: number[];
  baselines: Truth['baselines'];
}

/** Makes clips, or takes them from `folder` where they were made before. */
export class Studio {
  constructor(
    private readonly folder: string,
    private readonly models: FaceModels,
  ) {}

  async clip(script: Script): Promise<Clip> {
    await mkdir(this.folder, { recursive: true });
    const plot = makePlot(script.defect, script.seconds, script.seed, script.subject);
    const path = join(this.folder, `${script.name}-${keyOf(script, plot)}.${script.format.extension}`);
    const known = await readFile(`${path}.json`, 'utf8').catch(() => undefined);
    if (known !== undefined) return { script, path, truth: truthOf(script, plot, parseNotes(known)) };
    const notes = await this.shoot(script, plot, path);
    await writeFile(`${path}.json.part`, JSON.stringify(notes));
    await rename(`${path}.json.part`, `${path}.json`);
    return { script, path, truth: truthOf(script, plot, notes) };
  }

  private async shoot(script: Script, plot: Plot, path: string): Promise<Notes> {
    const { format, subject } = script;
    const size = { width: format.width, height: format.height, face: script.face, smallest: plot.smallest };
    const bystander = script.defect === 'second person' ? script.bystander : undefined;
    const artist = await makeArtist(script.seed, size, subject, bystander);
    const encoder = openEncoder(path, format);
    const sharpness = new SharpnessBaseline();
    const count = framesOf(script);
    const shares: number[] = [];
    for (let index = 0; index < count; index++) {
      const { frame, outside } = artist.draw(plot.look(timeOf(format, index)));
      shares.push(outside);
      sharpness.add(frame);
      await encoder.add(frame);
    }
    await encoder.end();
    return {
      outside: shares,
      baselines: {
        'first frame': 0,
        'middle frame': Math.floor(count / 2),
        'sharpest frame': sharpness.sharpest(),
        'sharpest with a face': await sharpness.sharpestWithFace(this.models),
      },
    };
  }
}

function framesOf({ seconds, format }: Script): number {
  return Math.round(seconds * format.fps);
}

/** Differs whenever the clip would: by its people, its frames and how it is stored. */
function keyOf(script: Script, plot: Plot): string {
  const { seed, format, face, subject, bystander } = script;
  const looks = Array.from({ length: framesOf(script) }, (_, index) => plot.look(timeOf(format, index)));
  return createHash('sha256')
    .update(JSON.stringify({ seed, format, face, looks }))
    .update(subject.image.data)
    .update(bystander.image.data)
    .digest('hex')
    .slice(0, 16);
}

function truthOf({ format, subject }: Script, plot: Plot, { outside, baselines }: Notes): Truth {
  const times = outside.map((_, index) => timeOf(format, index));
  const costs = times.map((time, index) => costOf(plot.look(time), subject.pose, outside[index] ?? 0));
  return {
    times,
    costs,
    good: goodFrames(times, costs, plot.window, TIE),
    strictlyGood: goodFrames(times, costs, plot.window, 0),
    baselines,
  };
}

/** Reads back what `clip` wrote. */
function parseNotes(text: string): Notes {
  const notes: Notes = JSON.parse(text);
  return notes;
}
