import { LANDMARKS, type Point, type YuvImage } from '@ozflow/oz-sandbox/engine/face/index';
import { makeCanvas, type CanvasSize } from './canvas';
import { defocus, expose, motionBlur, Noise, sideLight } from './effects';
import type { Subject } from './portraits';
import { makeHead, pose } from './headModel';
import type { Look, Seen } from './frameLook';
import { PlacedOverlay, type Overlay } from './overlay';
import { seeded, type Random } from '../../tools/random';
import { emptyFrame, warp } from './raster';
import { makeEmptyScene } from './faceless';

interface Drawing {
  frame: YuvImage;
  seen: Seen;
}

/** Draws the frames of one clip. */
interface FramePainter {
  draw(look: Look): Drawing;
}

/** Prepares pictures and triangles for a clip of one person; `intruder` for the frames with something else in them. */
export async function makeFramePainter(
  seed: string,
  size: CanvasSize,
  subject: Subject,
  intruder?: Overlay,
): Promise<FramePainter> {
  const random = seeded(`${seed} grain`);
  const noise = new Noise(random);
  const canvas = await makeCanvas(subject, size);
  const head = makeHead(canvas);
  const emptyScene = makeEmptyScene(canvas, seed);
  const frame = emptyFrame(size.width, size.height);
  return {
    draw(look) {
      const corners = pose(head, canvas, look, size);
      const level = Math.min(canvas.levels.length - 1, look.scale < 0.35 ? 2 : look.scale < 0.7 ? 1 : 0);
      const source = look.empty ? emptyScene : canvas.levels[level];
      if (!source) throw new Error('A canvas without pictures.');
      warp(source, look.empty ? 1 : 2 ** level, frame, {
        triangles: head.triangles,
        from: head.rest,
        to: corners,
        facing: head.facing,
      });
      const width = canvas.faceWidth * look.scale;
      const middle = middleOf(corners);
      const placed =
        intruder && look.intruder && new PlacedOverlay(intruder, beside(middle, look.intruder, width));
      const covers = placed?.draw(frame) ?? 0;
      finish(frame, look, middle.x, width, noise, random);
      const hidden = hiddenShare(corners, size, placed);
      return { frame, seen: { hidden, intruder: Math.min(1, covers / width ** 2) } };
    },
  };
}

/** Top, chin and sides of the face. */
const ENDS = { top: 10, chin: 152, right: 234, left: 454 } as const;

/** The middle of the face, which moves less than its nose when it turns. */
function middleOf(corners: Float32Array): Point {
  return {
    x: (cornerAt(corners, ENDS.right).x + cornerAt(corners, ENDS.left).x) / 2,
    y: (cornerAt(corners, ENDS.top).y + cornerAt(corners, ENDS.chin).y) / 2,
  };
}

function cornerAt(corners: Float32Array, index: number): Point {
  return { x: corners[index * 3] ?? 0, y: corners[index * 3 + 1] ?? 0 };
}

function beside({ x, y }: Point, way: Point, unit: number): Point {
  return { x: x + way.x * unit, y: y + way.y * unit };
}

function finish(
  frame: YuvImage,
  look: Look,
  faceX: number,
  faceWidth: number,
  noise: Noise,
  random: Random,
): void {
  sideLight(frame, look.side, faceX, faceWidth);
  defocus(frame, look.defocus * faceWidth);
  motionBlur(frame, look.motion * faceWidth, look.motionAngle);
  expose(frame, look.stops);
  noise.add(frame, look.noise, random);
}

function hiddenShare(
  corners: Float32Array,
  size: { width: number; height: number },
  placed: PlacedOverlay | undefined,
): number {
  let hidden = 0;
  for (let index = 0; index < LANDMARKS; index++) {
    const corner = cornerAt(corners, index);
    const inside = corner.x >= 0 && corner.y >= 0 && corner.x < size.width && corner.y < size.height;
    if (!inside || placed?.hides(corner) === true) hidden++;
  }
  return hidden / LANDMARKS;
}
