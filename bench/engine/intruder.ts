import { boundsOf, landmark } from '@ozflow/oz-sandbox/engine/face/index';
import { between, seeded } from '../../tools/random';
import type { CanvasSize } from './canvas';
import { cutOutHead } from './cutOut';
import { drawHand } from './hand';
import { makeOverlay, type Overlay } from './overlay';
import type { Subject } from './portraits';
import { drawProp } from './props';
import type { Defect } from './timeline';

/** Cheeks of the mesh, where the skin's colour is taken. */
const CHEEKS = [50, 280, 205, 425] as const;
/** A hand is about as long as its owner's face; degrees by which it leans at most. */
const HAND = { least: 0.85, most: 1.15, lean: 40 };
/** How much larger than the main person's face that of somebody who walks past the camera is. */
const NEARER = { least: 1.2, most: 1.6 };

/** What comes into the picture of a clip with such a defect, for its `Look.intruder`. */
export async function makeIntruder(
  defect: Defect,
  seed: string,
  size: CanvasSize,
  subject: Subject,
  bystander: Subject,
): Promise<Overlay | undefined> {
  const random = seeded(`${seed} intruder`);
  const bounds = boundsOf(subject.mesh);
  const faceHeight = size.face * size.height;
  const faceWidth = (bounds.width / bounds.height) * faceHeight;
  const makers: Partial<Record<Defect, () => Promise<Overlay>>> = {
    hand: async () => {
      const length = faceHeight * between(random, HAND.least, HAND.most);
      const lean = between(random, -HAND.lean, HAND.lean);
      const { picture, palm } = await drawHand(random, length, skinOf(subject), lean);
      return makeOverlay(picture, palm);
    },
    object: () => {
      const { picture, middle } = drawProp(random, faceWidth);
      return makeOverlay(picture, middle);
    },
    'second person': () => {
      // As large as the room beside the face allows.
      const room = (size.width / 2 - faceWidth / 2) / 1.3 / faceWidth;
      const share = Math.max(0.45, Math.min(0.8, room));
      return makeOverlay(cutOutHead(bystander, faceHeight * share), { x: 0, y: 0.5 });
    },
    'passer-by': () => {
      const nearer = between(random, NEARER.least, NEARER.most);
      return makeOverlay(cutOutHead(bystander, faceHeight * nearer), { x: 0.5, y: 0.5 });
    },
  };
  return makers[defect]?.();
}

/** Mean colour of the cheeks. */
function skinOf({ image, mesh }: Subject): number[] {
  const spots = CHEEKS.flatMap((mark) => {
    const { x, y } = landmark(mesh, mark);
    return [-4, 0, 4].map((aside) => (Math.round(y) * image.width + Math.round(x) + aside) * 3);
  });
  return [0, 1, 2].map(
    (channel) => spots.reduce((sum, at) => sum + (image.data[at + channel] ?? 0), 0) / spots.length,
  );
}
