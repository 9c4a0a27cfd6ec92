import { LANDMARKS, type YuvImage } from '@ozflow/oz-sandbox/engine/face/index';
import { makeCanvas, type Canvas, type CanvasSize } from './canvas';
import { cover, defocus, expose, motionBlur, Noise, sideLight } from './effects';
import type { Subject } from './portraits';
import { makeHead, pose, type Head } from './headModel';
import type { Look } from './frameLook';
import { seeded, type Random } from '../../tools/random';
import { emptyFrame, warp } from './raster';
import { makeEmptyScene } from './faceless';

/** A frame, and how much of its face lies outside of it (0..1). */
interface Drawing {
  frame: YuvImage;
  outside: number;
}

/** Draws the frames of one clip. */
export interface FramePainter {
  draw(look: Look): Drawing;
}

interface Scene {
  canvas: Canvas;
  head: Head;
}

/** Prepares pictures and triangles for a clip of one person; `bystander` for the frames with two. */
export async function makeFramePainter(
  seed: string,
  size: CanvasSize,
  subject: Subject,
  bystander?: Subject,
): Promise<FramePainter> {
  const random = seeded(`${seed} grain`);
  const noise = new Noise(random);
  const alone = await makeScene(subject, size);
  const together = bystander ? await makeScene(subject, size, bystander) : alone;
  const emptyScene = makeEmptyScene(alone.canvas, seed);
  const frame = emptyFrame(size.width, size.height);
  return {
    draw(look) {
      const { canvas, head } = look.empty
        ? { ...alone, canvas: { ...alone.canvas, levels: [emptyScene] } }
        : look.bystander
          ? together
          : alone;
      const corners = pose(head, canvas, look, size);
      const level = Math.min(canvas.levels.length - 1, look.scale < 0.35 ? 2 : look.scale < 0.7 ? 1 : 0);
      const source = canvas.levels[level];
      if (!source) throw new Error('A canvas without pictures.');
      warp(source, 2 ** level, frame, {
        triangles: head.triangles,
        from: head.rest,
        to: corners,
        facing: head.facing,
      });
      finish(frame, look, corners, canvas.faceWidth * look.scale, noise, random);
      return { frame, outside: outsideShare(corners, size) };
    },
  };
}

async function makeScene(subject: Subject, size: CanvasSize, bystander?: Subject): Promise<Scene> {
  const canvas = await makeCanvas(subject, size, bystander);
  return { canvas, head: makeHead(canvas) };
}

function finish(
  frame: YuvImage,
  look: Look,
  corners: Float32Array,
  faceWidth: number,
  noise: Noise,
  random: Random,
): void {
  const nose = { x: corners[3] ?? 0, y: corners[4] ?? 0 };
  if (look.covered > 0) {
    const chin = corners[152 * 3 + 1] ?? 0;
    const top = corners[10 * 3 + 1] ?? 0;
    cover(
      frame,
      nose.x - faceWidth * 0.45,
      nose.x + faceWidth * 0.45,
      chin - look.covered * (chin - top),
      chin + faceWidth * 0.1,
    );
  }
  sideLight(frame, look.side, nose.x, faceWidth);
  defocus(frame, look.defocus * faceWidth);
  motionBlur(frame, look.motion * faceWidth, look.motionAngle);
  expose(frame, look.stops);
  noise.add(frame, look.noise, random);
}

function outsideShare(corners: Float32Array, size: { width: number; height: number }): number {
  let outside = 0;
  for (let index = 0; index < LANDMARKS; index++) {
    const x = corners[index * 3] ?? 0;
    const y = corners[index * 3 + 1] ?? 0;
    if (x < 0 || y < 0 || x >= size.width || y >= size.height) outside++;
  }
  return outside / LANDMARKS;
}
