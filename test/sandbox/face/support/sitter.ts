import type { YuvImage } from '@ozflow/oz-sandbox/engine/face/index';
import { makeFramePainter } from '../../../../bench/engine/framePainter';
import { CALM, type Look } from '../../../../bench/engine/frameLook';
import { models, meshOf, portrait } from './pictures';

/** A portrait's person who looks as told: see the engine's benchmark, which draws the same way. */
export async function sitter(file: string): Promise<(look: Partial<Look>) => YuvImage> {
  const image = await portrait(file);
  const mesh = await meshOf(image);
  const pose = (await models()).pose(mesh);
  const subject = {
    name: file,
    path: file,
    groups: [],
    image,
    mesh,
    pose,
    aside: 0,
    mouthWidth: 0.8,
    darker: 0,
  };
  const painter = await makeFramePainter(
    file,
    { width: 480, height: 640, face: 0.45, smallest: 0.5 },
    subject,
  );
  return (look) => {
    const { frame } = painter.draw({ ...CALM, ...look });
    return {
      ...frame,
      y: Uint8Array.from(frame.y),
      u: Uint8Array.from(frame.u),
      v: Uint8Array.from(frame.v),
    };
  };
}
