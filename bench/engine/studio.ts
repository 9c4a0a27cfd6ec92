import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FaceModels } from '@ozflow/oz-sandbox/engine/face/index';
import { makeArtist } from './artist';
import { openEncoder, timeOf } from './encode';
import { costOf } from './look';
import { makePlot } from './plot';
import type { Script } from './script';
import { SharpnessBaseline } from './sharpest';
import { goodFrames, type Truth } from './truth';

/** A clip on disk. */
export interface Clip {
  script: Script;
  path: string;
  truth: Truth;
}

/** Makes clips, or takes them from `folder` where they were made before. */
export class Studio {
  constructor(
    private readonly folder: string,
    private readonly models: FaceModels,
  ) {}

  async clip(script: Script): Promise<Clip> {
    await mkdir(this.folder, { recursive: true });
    const key = createHash('sha256')
      .update(script.seed)
      .update(script.subject.image.data)
      .digest('hex')
      .slice(0, 16);
    const path = join(this.folder, `${script.name}-${key}.${script.format.extension}`);
    const known = await readFile(`${path}.json`, 'utf8').catch(() => undefined);
    if (known !== undefined) return { script, path, truth: parseTruth(known) };
    const truth = await this.shoot(script, path);
    await writeFile(`${path}.json.part`, JSON.stringify(truth));
    await rename(`${path}.json.part`, `${path}.json`);
    return { script, path, truth };
  }

  private async shoot(script: Script, path: string): Promise<Truth> {
    const { format, subject } = script;
    const plot = makePlot(script.defect, script.seconds, script.seed);
    const size = { width: format.width, height: format.height, face: script.face, smallest: plot.smallest };
    const bystander = script.defect === 'second person' ? script.bystander : undefined;
    const artist = await makeArtist(script.seed, size, subject, bystander);
    const encoder = openEncoder(path, format);
    const sharpness = new SharpnessBaseline();
    const count = Math.round(script.seconds * format.fps);
    const times: number[] = [];
    const costs: number[] = [];
    for (let index = 0; index < count; index++) {
      const time = timeOf(format, index);
      const look = plot.look(time);
      const { frame, outside } = artist.draw(look);
      times.push(time);
      costs.push(costOf(look, subject.yaw, outside));
      sharpness.add(frame);
      await encoder.add(frame);
    }
    await encoder.end();
    return {
      times,
      costs,
      good: goodFrames(times, costs, plot.window),
      baselines: {
        'first frame': 0,
        'middle frame': Math.floor(count / 2),
        'sharpest frame': sharpness.sharpest(),
        'sharpest with a face': await sharpness.sharpestWithFace(this.models),
      },
    };
  }
}

/** Reads back what `clip` wrote. */
function parseTruth(text: string): Truth {
  const truth: Truth = JSON.parse(text);
  return truth;
}
