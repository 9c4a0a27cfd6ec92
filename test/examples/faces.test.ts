import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import sharp from 'sharp';
import { ExampleRig } from '../support/exampleRig';
import { assertJpegAt } from '../support/jpeg';
import type { FlowNode } from '../../tools/launch/nodeRed';
import { record } from '../../tools/launch/values';
import { ROOT } from '../../tools/launch/versions';

const SAMPLES = join(ROOT, 'sandbox/samples');

/** Puts pictures side by side on a grey wall of 1024 × 512. */
const wall = async (file: string, names: string[]): Promise<void> => {
  const faces = names.map((name, index) => ({ input: join(SAMPLES, name), left: 512 * index, top: 0 }));
  const background = { width: 1024, height: 512, channels: 3 as const, background: '#888' };
  await sharp({ create: background }).composite(faces).jpeg().toFile(file);
};

describe('the chain of three nodes, against the sandbox', function () {
  this.timeout(300_000);
  const rig = ExampleRig.use();

  const check = async (file: string): Promise<Record<string, unknown>> => {
    const node = (id: string, type: string, next: string, more: object = {}): FlowNode => ({
      ...{ id, type, z: 'tab', server: 'server', x: 0, y: 0, wires: next === '' ? [] : [[next]] },
      ...more,
    });
    await rig.nodeRed.deploy([
      { id: 'tab', type: 'tab', label: 'Faces' },
      { id: 'server', type: 'oz-auth', url: rig.sandbox.url, auth: 'sandbox' },
      node('start', 'inject', 'upload', { props: [{ p: 'payload' }], payload: file, payloadType: 'str' }),
      node('upload', 'oz-upload', 'analyze', { tags: 'selfie-photo', textAs: 'path' }),
      node('analyze', 'oz-analyze', 'result'),
      node('result', 'oz-result', 'shown'),
      node('shown', 'debug', '', { active: true, tosidebar: true, complete: 'true', targetType: 'full' }),
      node('catch', 'catch', 'failure', { scope: null }),
      node('failure', 'debug', '', { name: 'Error', active: true, tosidebar: true, complete: 'true' }),
    ]);
    return rig.press('start', 'shown');
  };

  it('goes on with a photo of two faces, and shows one', async () => {
    const photo = join(rig.nodeRed.userDir, 'two.jpg');
    await wall(photo, ['astronaut.png', 'grace_hopper_512x512.jpg']);
    const { payload, oz } = await check(photo);
    await assertJpegAt(String(payload));
    assert.equal(record(oz)['bestShotUrl'], payload);
  });

  it('goes on with a photo without a face, and says that there is no best shot', async () => {
    const photo = join(rig.nodeRed.userDir, 'none.jpg');
    await wall(photo, []);
    const { payload, oz } = await check(photo);
    assert.equal(payload, null);
    assert.equal(record(oz)['resolution'], 'DECLINED');
    assert.equal('bestShotUrl' in record(oz), false);
  });
});
