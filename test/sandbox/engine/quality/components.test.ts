import { strict as assert } from 'node:assert';
import { withoutNoise } from '@ozflow/oz-sandbox/engine/quality/artefacts';
import { badlyLit, bestLight, exposure, type Exposure } from '@ozflow/oz-sandbox/engine/quality/exposure';
import { eyes, eyesClosed, openEyes, type Eyes } from '@ozflow/oz-sandbox/engine/quality/eyes';
import { calmBrows, expression, faceAtRest } from '@ozflow/oz-sandbox/engine/quality/expression';
import { type FaceMesh, type Hand } from '@ozflow/oz-sandbox/engine/face/index';
import { gaze } from '@ozflow/oz-sandbox/engine/quality/gaze';
import { behindHand, hands, hiddenByHand, measureHands } from '@ozflow/oz-sandbox/engine/quality/hands';
import { cutFace, inside, measurePlacement } from '@ozflow/oz-sandbox/engine/quality/inside';
import { closedMouth, mouth, type Mouth } from '@ozflow/oz-sandbox/engine/quality/mouth';
import { covered, freeStructure, occlusion } from '@ozflow/oz-sandbox/engine/quality/occlusion';
import { pose, turnedAway } from '@ozflow/oz-sandbox/engine/quality/pose';
import { presence } from '@ozflow/oz-sandbox/engine/quality/presence';
import { sharpest, sharpness, type Sharpness } from '@ozflow/oz-sandbox/engine/quality/sharpness';
import { single } from '@ozflow/oz-sandbox/engine/quality/single';
import { size, tooSmall } from '@ozflow/oz-sandbox/engine/quality/size';
import { bareSkin, shareOfSkin } from '@ozflow/oz-sandbox/engine/quality/skin';
import { stillness } from '@ozflow/oz-sandbox/engine/quality/stillness';
import { mostEven, uniformity } from '@ozflow/oz-sandbox/engine/quality/uniformity';

/** Each value is in [0, 1] and less than the one before. */
function falls(...values: number[]): void {
  for (const [index, value] of values.entries()) {
    assert.ok(value >= 0 && value <= 1, `${value} is not in [0, 1]`);
    assert.ok(index === 0 || value < (values[index - 1] ?? 0), `${values.join(', ')} does not fall`);
  }
}

const turned = (yaw: number, pitch = 0, roll = 0): { yaw: number; pitch: number; roll: number } => ({
  yaw,
  pitch,
  roll,
});

describe('The quality component', () => {
  it('pose falls with every turn, to either side', () => {
    assert.equal(pose(turned(0)), 1);
    falls(...[0, 5, 10, 20, 40].map((yaw) => pose(turned(yaw))));
    falls(...[-3, -10, -15, -22, -40].map((pitch) => pose(turned(0, pitch))));
    falls(...[0, 6, 11, 18, 40].map((pitch) => pose(turned(0, pitch))));
    falls(...[0, 5, 10, 20, 40].map((roll) => pose(turned(0, 0, roll))));
    assert.equal(pose(turned(-12)), pose(turned(12)));
  });

  it('pose bears a small pitch, which a low camera makes, and less of yaw', () => {
    assert.equal(pose(turned(0, -6)), 1);
    assert.ok(pose(turned(0, 9)) > pose(turned(12, 0)));
  });

  it('stillness falls with the lesser of the turns before and after, once it is known what comes', () => {
    const straight = turned(0);
    falls(...[0, 4, 8, 20].map((yaw) => stillness(straight, { before: turned(-yaw), after: turned(yaw) })));
    assert.equal(stillness(straight, { before: turned(20), after: straight }), 1);
    assert.ok(stillness(straight, { after: turned(20) }) < 0.1);
    assert.equal(stillness(straight, { before: turned(20) }), 1);
    assert.equal(stillness(straight, {}), 1);
  });

  it('pose counts a face as turned away beyond its limits', () => {
    assert.equal(turnedAway(turned(30, 30, 40)), false);
    for (const away of [turned(36), turned(0, -41), turned(0, 0, 60)]) assert.equal(turnedAway(away), true);
  });

  const wide: Eyes = { opening: 0.36, iris: 0.3, contrast: 0.1 };

  it('eyes falls as they close, by the person’s own open eyes', () => {
    const narrow: Eyes = { opening: 0.2, iris: 0.12, contrast: 0.05 };
    falls(...[0.36, 0.31, 0.27, 0.22, 0.12].map((opening) => eyes({ ...wide, opening }, wide, 1)));
    falls(...[0.3, 0.2, 0.1, 0].map((iris) => eyes({ ...wide, iris }, wide, 1)));
    falls(...[0.09, 0.07, 0.05, 0.02].map((contrast) => eyes({ ...wide, contrast }, wide, 1)));
    assert.equal(eyes(narrow, narrow, 1), 1);
    assert.ok(eyes(narrow, wide, 1) < 0.1);
  });

  it('eyes does not take blur for closing: it has less contrast and less detail alike', () => {
    const blurred = { ...wide, contrast: 0.06 };
    assert.equal(eyes(blurred, wide, 0.6), 1);
    assert.ok(eyes(blurred, wide, 1) < 0.7);
  });

  it('eyes does not take torn open ones for how they are', () => {
    const usual = Array.from({ length: 8 }, () => wide);
    const torn = { ...wide, opening: 0.5 };
    const open = openEyes([...usual, torn, torn]);
    assert.equal(open.opening, wide.opening);
    assert.ok(eyes(torn, open, 1) < 0.8);
  });

  it('eyes calls them closed by share and in any case when nearly shut', () => {
    const open = openEyes(
      [...Array<number>(20).fill(0.12), 0.3, 0.3].map((opening) => ({ ...wide, opening })),
    );
    assert.equal(open.opening, 0.3);
    assert.equal(eyesClosed({ ...wide, opening: 0.25 }, open), false);
    assert.equal(eyesClosed({ ...wide, opening: 0.19 }, open), true);
    const shut: Eyes = { opening: 0.1, iris: 0, contrast: 0 };
    assert.equal(eyesClosed(shut, openEyes([shut])), true);
  });

  const lips = (gap: number, detail = 0.3): Mouth => ({ gap, detail });

  it('mouth falls with the gap between the lips', () => {
    const closed = closedMouth([lips(0), lips(0.01), lips(0.3)]);
    assert.equal(mouth(lips(0.01), closed), 1);
    falls(...[0.05, 0.1, 0.2, 0.3].map((gap) => mouth(lips(gap), closed)));
    assert.ok(mouth(lips(0.17), closed) < 0.2, 'teeth show');
  });

  it('mouth falls where teeth show between lips that the mesh lays together', () => {
    const speaking = [0.5, 0.7, 0.6].map((detail) => lips(0.2, detail));
    const closed = closedMouth([...speaking, lips(0, 0.3), lips(0.01, 0.32)]);
    assert.equal(mouth(lips(0.01, 0.33), closed), 1);
    falls(...[0.36, 0.45, 0.55].map((detail) => mouth(lips(0.01, detail), closed)));
    assert.ok(mouth(lips(0.01, 0.55), closed) < 0.4);
  });

  it('mouth bears lips that never close, but no mouth that is always open', () => {
    assert.equal(mouth(lips(0.08), closedMouth([lips(0.08), lips(0.09), lips(0.1)])), 1);
    const open = closedMouth([lips(0.25), lips(0.3)]);
    assert.ok(mouth(lips(0.25), open) < 0.15);
    assert.equal(mouth(lips(0.08), open), 1, 'closed in a frame that did not tell of it');
  });

  const straight = { across: 0, down: -0.06, crossed: -0.1 };

  it('gaze falls as the eyes look aside, up or down, or cross', () => {
    assert.equal(gaze(straight, turned(0)), 1);
    falls(...[0.02, 0.08, 0.14, 0.22].map((across) => gaze({ ...straight, across }, turned(0))));
    falls(...[-0.06, -0.14, -0.2].map((down) => gaze({ ...straight, down }, turned(0))));
    falls(...[-0.1, 0.06, 0.16].map((crossed) => gaze({ ...straight, crossed }, turned(0))));
    assert.equal(gaze(undefined, turned(0)), 1, 'nobody knows');
  });

  it('gaze follows the camera while the head turns', () => {
    const eyes = { ...straight, across: -0.07 };
    assert.equal(gaze(eyes, turned(18)), 1);
    assert.ok(gaze(eyes, turned(-18)) < 0.2);
  });

  const calm = {
    lipsApart: 0,
    mouthWidth: 0.8,
    mouthAside: 0.01,
    cornersDown: 0.02,
    lips: 0.25,
    browsUp: 0.4,
    browsApart: 0.41,
  };

  it('expression falls with everything that moves, one way and the other', () => {
    const rest = faceAtRest([calm]);
    assert.equal(expression(calm, rest), 1);
    for (const part of ['mouthWidth', 'lips', 'browsApart'] as const) {
      for (const sign of [1, -1]) {
        falls(
          ...[0, 0.2, 0.4].map((more) =>
            expression({ ...calm, [part]: calm[part] * (1 + sign * more) }, rest),
          ),
        );
      }
    }
    for (const part of ['mouthAside', 'cornersDown', 'browsUp'] as const) {
      for (const sign of [1, -1]) {
        falls(
          ...[0, 0.08, 0.16].map((more) => expression({ ...calm, [part]: calm[part] + sign * more }, rest)),
        );
      }
    }
  });

  it('expression takes for rest what comes again and again, if people look so at all', () => {
    const pout = { ...calm, mouthWidth: 0.5 };
    const mostlyCalm = faceAtRest([calm, calm, calm, pout, { ...calm, mouthWidth: 1.1 }]);
    assert.equal(mostlyCalm.mouthWidth, calm.mouthWidth);
    const mostlyPouting = faceAtRest([pout, pout, pout, pout, calm]);
    assert.ok(expression(calm, mostlyPouting) > expression(pout, mostlyPouting));
    const always = faceAtRest([
      { ...calm, mouthWidth: 1.05 },
      { ...calm, mouthWidth: 1.02 },
    ]);
    assert.ok(expression({ ...calm, mouthWidth: 1.05 }, always) > 0.95, 'who always smiles is at rest so');
  });

  it('expression tells what hardly anybody looks like at rest, though the video shows it half of the time', () => {
    const [pursed, calmer] = [0.62, 0.74].map((mouthWidth) => ({ ...calm, mouthWidth }));
    assert.ok(pursed && calmer);
    const between = faceAtRest([
      pursed,
      ...Array.from({ length: 4 }, () => ({ ...calm, mouthWidth: 0.68 })),
      calmer,
    ]);
    assert.equal(between.mouthWidth, 0.68, 'both differ from rest by about as much');
    assert.ok(expression(calmer, between) > expression(pursed, between) + 0.05);
  });

  it('expression takes low brows for rest, though they be raised most of the time', () => {
    const raised = { ...calm, browsUp: calm.browsUp + 0.1 };
    const surprised = faceAtRest([calm, raised, raised, calm, raised, raised, calm, raised, raised]);
    assert.ok(expression(calm, surprised) > expression(raised, surprised));
    const looks = [raised, calm, raised, calm].map((one) => ({ expression: one }));
    assert.deepEqual(calmBrows(looks), [looks[1], looks[3]]);
  });

  it('hands count by the share of the face that they are before, and beside it a little', () => {
    const mesh = meshWithChin([]);
    const hand = (x: number): Hand => handAround(x, 0, 100);
    const around = (x: number): ReturnType<typeof measureHands> => measureHands(mesh, [hand(x)]);
    assert.equal(hands(undefined), 1);
    assert.equal(hands(measureHands(mesh, [])), 1);
    falls(1, ...[-200, -50, 0, 200].map((x) => hands(around(x))));
    assert.ok(hands(around(-100)) < 0.6 * hands(around(-101)), 'it touches the face or it does not');
    assert.equal(behindHand(around(-100)), false);
    assert.equal(behindHand(around(0)), true);
    assert.equal(hiddenByHand(around(0)), false);
    assert.equal(hiddenByHand(around(200)), true);
  });

  it('a hand before the chin counts, though few landmarks are behind it', () => {
    const chin = Array.from({ length: 20 }, (_, index) => 400 + index);
    const before = (share: number): number =>
      hands(measureHands(meshWithChin(chin), [handAround(399.5 + 10 * share, 200, 10 * share)]));
    falls(1, hands(measureHands(meshWithChin(chin), [handAround(-300, 0, 100)])), before(0.4), before(1));
    assert.ok(before(1) < 0.3, String(before(1)));
  });

  /** Landmarks one beside the other, and these of the chin below them. */
  function meshWithChin(chin: number[]): FaceMesh {
    const points = new Float32Array(468 * 3).map((_, index) => (index % 3 === 0 ? index / 3 : 0));
    const place = (index: number, x: number, y: number): void => points.set([x, y], 3 * index);
    for (const index of chin) place(index, index, 200);
    const [betweenEyes, belowLips, chinTip] = [168, 17, 152];
    place(chinTip, betweenEyes, 200);
    place(belowLips, belowLips, 199);
    return { points, presence: 1 };
  }

  const handAround = (x: number, y: number, half: number): Hand => ({
    points: [-half, half].flatMap((across) => [-50, 0, 50].map((down) => ({ x: x + across, y: y + down }))),
    presence: 1,
  });

  const sharp = (detail: Sharpness['detail'], noise = 0, flat = 0): Sharpness => ({ detail, noise, flat });

  it('sharpness falls with the worst direction', () => {
    const best = sharp([0.4, 0.4, 0.4, 0.4]);
    const worst = (value: number): number => sharpness(sharp([value, 0.4, 0.4, 0.4]), best);
    assert.equal(sharpness(best, best), 1);
    falls(...[0.4, 0.34, 0.28, 0.15].map(worst));
    assert.equal(worst(0.2), sharpness(sharp([0.2, 0.2, 0.2, 0.2]), best));
    const blurred = sharp([0.02, 0.02, 0.02, 0.02]);
    assert.ok(sharpness(blurred, blurred) < 0.1, 'a video without a sharp frame');
  });

  it('sharpness falls with noise and with flat blocks, beyond those all frames have', () => {
    const best = sharp([0.4, 0.4, 0.4, 0.4], 2, 0.1);
    falls(...[2, 5, 8, 12].map((noise) => sharpness({ ...best, noise }, best)));
    falls(...[0.1, 0.2, 0.3, 0.5].map((flat) => sharpness({ ...best, flat }, best)));
    assert.equal(sharpness({ ...best, noise: 3, flat: 0.15 }, best), 1);
  });

  it('sharpness takes the best of each direction, but no outlier and no noisy frame', () => {
    const usual = Array.from({ length: 30 }, () => sharp([0.3, 0.2, 0.3, 0.2], 1));
    const noisy = Array.from({ length: 60 }, () => sharp([0.5, 0.5, 0.5, 0.5], 9));
    const { detail, noise } = sharpest([...usual, sharp([0.9, 0.9, 0.9, 0.9], 1), ...noisy]);
    assert.deepEqual(detail, [0.3, 0.2, 0.3, 0.2]);
    assert.equal(noise, 1);
  });

  it('sharpness takes noise out of a mean as it went in', () => {
    assert.equal(withoutNoise(5, 4), 3);
    assert.equal(withoutNoise(4, 5), 0);
  });

  const lit: Exposure = { mean: 130, bright: 190, white: 0, black: 0, alike: 0.2 };
  const dark: Exposure = { mean: 60, bright: 110, white: 0, black: 0.02, alike: 0.2 };

  it('exposure falls with too little light and with too much', () => {
    const light = bestLight([lit]);
    assert.equal(exposure(lit, light), 1);
    falls(...[130, 100, 80, 50, 20].map((mean) => exposure({ ...lit, mean }, light)));
    falls(...[0, 0.03, 0.1, 0.3].map((white) => exposure({ ...lit, white }, light)));
    falls(...[200, 225, 255].map((bright) => exposure({ ...lit, bright }, light)));
  });

  it('exposure does not take dark skin for too little light', () => {
    assert.ok(exposure(dark, bestLight([dark, { ...dark, mean: 62 }])) > 0.97);
    assert.ok(exposure(dark, bestLight([dark, lit, lit])) < 0.3);
  });

  it('exposure does not hold frames against over-exposed ones', () => {
    const burnt: Exposure = { mean: 215, bright: 255, white: 0.3, black: 0, alike: 0.2 };
    assert.equal(bestLight([lit, burnt, burnt, burnt]), lit.mean);
    const clippedBelowWhite = { ...burnt, bright: 240, white: 0 };
    assert.equal(bestLight([lit, clippedBelowWhite, clippedBelowWhite]), lit.mean);
  });

  it('exposure calls a face badly lit that hardly shows, when the video has better', () => {
    assert.equal(badlyLit({ ...lit, mean: 16 }, bestLight([lit])), true);
    assert.equal(badlyLit(dark, bestLight([dark])), false);
  });

  it('uniformity falls with the light on one side only', () => {
    const best = mostEven([0.3, 0.7, 0.8]);
    falls(...[0.8, 0.6, 0.3, 0].map((common) => uniformity(common, best)));
    assert.equal(uniformity(best, best), 1);
  });

  it('size falls with the distance between the eyes', () => {
    falls(...[160, 120, 80, 40, 20].map((distance) => size(distance, 160)));
    assert.ok(size(120, 300) > 0.8, 'close enough');
    assert.equal(tooSmall(17), true);
    assert.equal(tooSmall(40), false);
  });

  it('inside falls as the face leaves the picture', () => {
    falls(
      inside({ share: 1, margin: 0.5 }),
      inside({ share: 1, margin: 0.05 }),
      inside({ share: 0.95, margin: -0.1 }),
      inside({ share: 0.8, margin: -0.3 }),
    );
    const points = new Float32Array(468 * 3).map((_, index) =>
      index % 3 === 0 ? -10 + (index / 3) * 0.5 : 50,
    );
    const { share } = measurePlacement({ points, presence: 1 }, 60, { width: 400, height: 400 });
    assert.ok(inside({ share: 1, margin: -0.1 }) <= 0.5, 'the head is cut');
    assert.equal(share, (468 - 20) / 468);
    assert.equal(cutFace({ share, margin: -0.1 }), false);
    assert.equal(cutFace({ share: 0.9, margin: -0.3 }), true);
  });

  it('single falls with the size of the second face', () => {
    assert.equal(single(0), 1);
    assert.equal(single(0.1), 1);
    falls(...[0.2, 0.3, 0.45].map(single));
  });

  it('occlusion falls when one part loses its detail', () => {
    const free = freeStructure(Array.from({ length: 10 }, () => [0.6, 0.6, 0.4, 0.5] as const));
    falls(...[0.5, 0.3, 0.2].map((mouthDetail) => occlusion([0.6, 0.6, 0.4, mouthDetail], free, 1)));
    falls(...[0.85, 0.75, 0.65, 0.4].map((skin) => occlusion([0.6, 0.6, 0.4, 0.5], free, skin)));
    assert.equal(covered([0.6, 0.6, 0.4, 0.1], free), true);
    assert.equal(covered([0.6, 0.6, 0.4, 0.4], free), false);
  });

  it('skin is held against the most that the video shows, though it be covered nearly always', () => {
    const [covered, free] = [
      { face: 0.4, chin: 0.5 },
      { face: 0.8, chin: 0.8 },
    ];
    const bare = bareSkin([...Array<typeof covered>(18).fill(covered), free, free]);
    assert.deepEqual(bare, free);
    assert.equal(shareOfSkin(covered, bare), 0.5);
    assert.equal(shareOfSkin({ face: 0.9, chin: 0.9 }, bare), 1);
  });

  it('skin counts where it shows least: what is held before the chin hides little of the face', () => {
    assert.equal(shareOfSkin({ face: 0.78, chin: 0.2 }, { face: 0.8, chin: 0.8 }), 0.25);
  });

  it('presence falls with the mesh’s flag', () => {
    falls(...[0.95, 0.7, 0.5].map(presence));
  });
});
