import { strict as assert } from 'node:assert';
import { LANDMARKS, type FaceMesh, type Pose } from '@ozflow/oz-sandbox/engine/face/index';
import { meshOf, models, portrait, PORTRAITS } from './support/pictures';
import { sitter } from './support/sitter';

describe('Head pose', () => {
  const TURNS: Partial<Pose>[] = [
    {},
    { yaw: 30 },
    { yaw: -20 },
    { pitch: 25 },
    { pitch: -15 },
    { roll: 40 },
    { roll: -170 },
  ];
  for (const turn of TURNS) {
    it(`reads ${JSON.stringify(turn)} from the canonical face turned by it`, async () => {
      const pose = (await models()).pose(await turned(turn));
      for (const name of ['yaw', 'pitch', 'roll'] as const) {
        assert.ok(Math.abs(pose[name] - (turn[name] ?? 0)) < 0.01, `${name} ${pose[name]}`);
      }
    });
  }

  for (const { file } of PORTRAITS) {
    it(`follows the head of ${file} as it turns, nods and leans`, async () => {
      const draw = await sitter(file);
      const face = await models();
      const rest = face.pose(await meshOf(draw({})));
      for (const [name, least] of [
        ['yaw', 0.45],
        ['pitch', 0.5],
        ['roll', 0.85],
      ] as const) {
        for (const angle of [20, -20]) {
          const pose = face.pose(await meshOf(draw({ [name]: angle })));
          const share = (pose[name] - rest[name]) / angle;
          assert.ok(share > least && share < 1.25, `${name} ${angle}: moved by ${share} of it`);
        }
      }
    });

    it(`fits the mesh of ${file} lying on its side`, async () => {
      const image = await portrait(file, (picture) => picture.rotate(90));
      const mesh = await meshOf(image);
      assert.ok(mesh.presence > 0.9);
      const upright = (await models()).pose(await meshOf(await portrait(file)));
      const { roll } = (await models()).pose(mesh);
      assert.ok(Math.abs(roll - upright.roll - 90) < 20, `leans ${roll}, upright ${upright.roll}`);
    });
  }
});

/** The canonical face as a mesh in an image, ten pixels a centimetre, turned about one axis. */
async function turned({ yaw = 0, pitch = 0, roll = 0 }: Partial<Pose>): Promise<FaceMesh> {
  const { canonical } = await models();
  const points = new Float32Array(LANDMARKS * 3);
  const [y, p, r] = [yaw, pitch, roll].map((angle) => (angle * Math.PI) / 180);
  assert.ok(y !== undefined && p !== undefined && r !== undefined);
  for (let index = 0; index < LANDMARKS; index++) {
    const [cx = 0, cy = 0, cz = 0] = canonical.points.subarray(index * 3, index * 3 + 3);
    // To the right edge of the picture, up, clockwise as seen; x right, y up, z to the camera.
    const [x1, z1] = [cx * Math.cos(y) + cz * Math.sin(y), cz * Math.cos(y) - cx * Math.sin(y)];
    const [y2, z2] = [cy * Math.cos(p) + z1 * Math.sin(p), z1 * Math.cos(p) - cy * Math.sin(p)];
    const [x3, y3] = [x1 * Math.cos(r) + y2 * Math.sin(r), y2 * Math.cos(r) - x1 * Math.sin(r)];
    points.set([200 + 10 * x3, 200 - 10 * y3, -10 * z2], index * 3);
  }
  return { points, presence: 1 };
}
