import { strict as assert } from 'node:assert';
import { ExampleRig } from '../support/exampleRig';
import { assertJpegAt } from '../support/jpeg';
import { record } from '../support/values';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

describe('examples of the nodes', function () {
  this.timeout(120_000);
  const rig = ExampleRig.use();

  it('1: a selfie video gives the URL of its best shot, and a page with it', async () => {
    await rig.load('1 Best shot of a selfie video');
    const page = `${rig.nodeRed.url}/best-shot`;
    assert.match(await (await fetch(page)).text(), /No check yet/);

    const { payload, oz } = await rig.press('best-shot-start', 'best-shot-shown');
    const data = record(oz);
    assert.equal(data['resolution'], 'SUCCESS');
    assert.equal(payload, data['bestShotUrl']);
    assert.match(String(data['folderId']), UUID);
    await assertJpegAt(payload);

    const html = (await (await fetch(page)).text()).replaceAll('&#x2F;', '/');
    assert.ok(html.includes(`<img src="${String(payload)}"`), html);
  });

  it('2: a video and a photo land in one folder with its metadata', async () => {
    await rig.load('2 Upload media into a folder');
    const { oz } = await rig.press('upload-start', 'upload-shown');
    const folderId = String(record(oz)['folderId']);
    const folder = await readFolder(rig.sandbox.url, folderId);
    assert.deepEqual(record(folder['meta_data'])['transaction_id'], '42');
    const tags = (folder['media'] as { tags: string[] }[]).map((media) => media.tags.join(' '));
    assert.deepEqual(tags.toSorted(), [
      'photo_selfie',
      'video_selfie video_selfie_blank orientation_portrait',
    ]);
  });

  it('3: liveness without a best shot gives a score, by which the flow branches', async () => {
    await rig.load('3 Liveness score without a best shot');
    const { payload, oz } = await rig.press('analyze-start', 'analyze-real');
    const [first] = record(oz)['liveness'] as { spoofing: number }[];
    assert.ok(first !== undefined && first.spoofing >= 0 && first.spoofing <= 0.3);
    assert.equal(record(payload)['resolution'], 'SUCCESS');
    assert.equal('bestShotUrl' in record(oz), false);
  });

  it('4: each verdict leaves by its own output, with the image; ids find the check again', async () => {
    await rig.load('4 Three ways out by verdict');
    for (const [button, way, resolution] of [
      ['verdict-passes', 'verdict-passed', 'SUCCESS'],
      ['verdict-declines', 'verdict-declined', 'DECLINED'],
      ['verdict-unsure', 'verdict-person', 'OPERATOR_REQUIRED'],
    ] as const) {
      const { payload, oz } = await rig.press(button, way);
      assert.equal(record(oz)['resolution'], resolution);
      const { type, data } = record(payload) as { type?: string; data?: number[] };
      assert.equal(type, 'Buffer');
      assert.deepEqual(data?.slice(0, 3), [0xff, 0xd8, 0xff]);
    }
    const { payload } = await rig.press('verdict-again', 'verdict-later-shown');
    assert.equal(record(payload)['resolution'], 'OPERATOR_REQUIRED');
  });
});

/** A folder as the sandbox has it, read without the client. */
async function readFolder(url: string, folderId: string): Promise<Record<string, unknown>> {
  const credentials = { email: 'sandbox@oz.localhost', password: 'oz-sandbox' };
  const signedIn = await fetch(`${url}/api/authorize/auth`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ credentials }),
  });
  const token = String(record(await signedIn.json())['access_token']);
  const answer = await fetch(`${url}/api/folders/${folderId}`, {
    headers: { 'X-Forensic-Access-Token': token },
  });
  assert.equal(answer.status, 200);
  return record(await answer.json());
}
