import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { startSandbox } from '@ozflow/oz-sandbox/server/index';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import { assertJpegAt } from '../../support/jpeg';
import { ROOT } from '../../../tools/launch/versions';
import { withOwnTmpdir } from '../engine/support/folder';
import { zipOf } from '../engine/support/zip';
import { Api, assertError } from './support/api';
import type { FilePart, Json } from './support/api';

const SAMPLES = join(ROOT, 'sandbox/samples');
const sample = (name: string, type: string, key = name): FilePart => ({
  key,
  name,
  type,
  data: new Uint8Array(readFileSync(join(SAMPLES, name))),
});
const TURNING = sample('hopper-turning.mp4', 'video/mp4');
const COMBINED = sample('astronaut-combined.mp4', 'video/mp4');
const ASTRONAUT = sample('astronaut.png', 'image/png');
const HOPPER = sample('grace_hopper_512x512.jpg', 'image/jpeg');
const WAIT_MS = 120_000;

describe('sandbox: with the real engine', function () {
  this.timeout(180_000);
  let sandbox: Sandbox;
  let api: Api;

  before(async () => {
    sandbox = await startSandbox({ port: 0 });
    api = await new Api(sandbox.url).signIn();
  });
  after(() => sandbox.close());

  const decide = async (files: FilePart[], analysis: object): Promise<Json> => {
    const folder = await api.folder(files);
    return api.decided((await api.order(folder['folder_id'], analysis))[0], WAIT_MS);
  };

  it('gives the best frame of a video as a JPEG at full size, in the same folder', async () => {
    const analysis = await decide([TURNING], { type: 'quality', params: { extract_best_shot: true } });
    assert.equal(analysis['state'], 'FINISHED');
    const [result] = analysis['results_media'] ?? [];
    const url = String(result?.['output_images']?.[0]?.['original_url']);
    assert.ok(url.startsWith(`${sandbox.url}/static/${String(analysis['folder_id'])}/`));
    await assertJpegAt(url);
    const { width, height } = await sharp(Buffer.from(await (await fetch(url)).arrayBuffer())).metadata();
    assert.deepEqual([width, height], [1280, 720]);
    const score = Number(result?.['results_data']?.['confidence_spoofing']);
    assert.ok(score >= 0 && score < 0.5, `${score}`);
  });

  it('finishes without a best shot where no face is', async () => {
    const grey = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#888' } })
      .jpeg()
      .toBuffer();
    const wall = { key: 'photo1', name: 'wall.jpg', type: 'image/jpeg', data: new Uint8Array(grey) };
    const analysis = await decide([wall], { type: 'quality' });
    assert.equal(analysis['state'], 'FINISHED');
    assert.equal(analysis['resolution'], 'DECLINED');
    assert.equal(analysis['results_media']?.[0]?.['output_images']?.length, 0);
  });

  it('says which pictures of a ZIP could not be read, and uses the others', async () => {
    const broken = HOPPER.data.slice(0, 20_000);
    const zip = await zipOf({ '1.jpg': Buffer.from(broken), '2.jpg': Buffer.from(HOPPER.data) });
    const part = { key: 'zip1', name: 'shots.zip', type: 'application/zip', data: new Uint8Array(zip) };
    const analysis = await decide([part], { type: 'quality', params: { extract_best_shot: true } });
    assert.equal(analysis['resolution'], 'SUCCESS');
    const [result] = analysis['results_media'] ?? [];
    const [unread, ...others] = result?.['results_data']?.['unread'] ?? [];
    assert.match(String(unread), /^Picture 1 of the ZIP: /);
    assert.deepEqual(others, []);
    const page = await (await fetch(sandbox.url)).text();
    assert.ok(page.includes(`Not read: ${String(unread)}`), 'the page says it, too');
  });

  it('says that there were two people, and why no frame is acceptable', async () => {
    const hopper = sharp(HOPPER.data);
    const both = await sharp({ create: { width: 1024, height: 512, channels: 3, background: '#888' } })
      .composite([
        { input: await hopper.toBuffer(), left: 0, top: 0 },
        { input: await sharp(ASTRONAUT.data).jpeg().toBuffer(), left: 512, top: 0 },
      ])
      .jpeg()
      .toBuffer();
    const tiny = await sharp({ create: { width: 640, height: 480, channels: 3, background: '#888' } })
      .composite([{ input: await hopper.clone().resize(100).toBuffer(), left: 200, top: 100 }])
      .jpeg()
      .toBuffer();
    const photo = (key: string, data: Buffer): FilePart => ({
      key,
      name: `${key}.jpg`,
      type: 'image/jpeg',
      data: new Uint8Array(data),
    });
    const analysis = await decide([photo('photo1', both), photo('photo2', tiny)], {
      type: 'quality',
      params: { extract_best_shot: true },
    });
    const [two, far] = analysis['results_media'] ?? [];
    assert.equal(two?.['results_data']?.['faces'], 2);
    assert.equal(two?.['output_images']?.length, 1);
    assert.equal(far?.['results_data']?.['reason'], 'too-small');
    assert.equal(far?.['output_images']?.length, 0);
    const page = await (await fetch(sandbox.url)).text();
    assert.match(page, /No frame is acceptable\. The best of them: face too small/);
    assert.match(page, /2 faces/);
  });

  it('fails on what is no media, and says so', async () => {
    const data = new TextEncoder().encode('this is not a video');
    const text = { key: 'video1', name: 'a.mp4', type: 'video/mp4', data };
    const analysis = await decide([text], { type: 'quality' });
    assert.equal(analysis['state'], 'FAILED');
    assert.equal(analysis['error_code'], 4);
    assert.notEqual(analysis['error_message'], null);
    assert.ok(!String(analysis['error_message']).includes(tmpdir()));
  });

  it('matches a video with a photo of the same person, and not with another person', async () => {
    const same = await decide([COMBINED, ASTRONAUT], { type: 'biometry' });
    assert.equal(same['resolution'], 'SUCCESS', JSON.stringify(same['results_data']));
    const other = await decide([COMBINED, HOPPER], { type: 'biometry' });
    assert.equal(other['resolution'], 'DECLINED', JSON.stringify(other['results_data']));
  });

  it('finds a person of a collection, and only that one', async () => {
    const { body } = await api.post('/api/collections', { alias: 'list' });
    const persons = `/api/collections/${String(body['collection_id'])}/persons/`;
    const person = await api.upload(persons, [{ ...ASTRONAUT, key: 'image1' }]);
    assert.equal(person.status, 201, person.text);
    const hit = await decide([COMBINED], { type: 'collection' });
    assert.equal(hit['resolution'], 'DECLINED');
    assert.equal(hit['results_media']?.[0]?.['person_id'], person.body['person_id']);
    const miss = await decide([TURNING], { type: 'collection' });
    assert.equal(miss['resolution'], 'SUCCESS');
    // No face recognition model stands behind either score.
    for (const { results_media: results } of [hit, miss]) {
      assert.equal(results?.[0]?.['results_data']?.['simulated'], true);
    }
    assertError(await api.upload(persons, [{ ...TURNING, key: 'image1' }]), 400, 4);
  });

  it('stops at once when it is closed in the middle of the work', async () => {
    const own = await startSandbox({ port: 0 });
    const client = await new Api(own.url).signIn();
    const folder = await client.folder([COMBINED]);
    await client.order(folder['folder_id'], { type: 'quality' });
    const begin = Date.now();
    await own.close();
    assert.ok(Date.now() - begin < 5000, `${Date.now() - begin} ms`);
  });

  it('leaves no file of a non-persistent request', async () => {
    await withOwnTmpdir(async (files) => {
      const own = await startSandbox({ port: 0 });
      try {
        const start = files();
        const answer = await new Api(own.url).upload('/api/instant/folders/', [TURNING]);
        assert.equal(answer.status, 200);
        assert.match(answer.text, /data:image\/jpeg;base64,/);
        assert.deepEqual(files(), start);
      } finally {
        await own.close();
      }
    });
  });
});
