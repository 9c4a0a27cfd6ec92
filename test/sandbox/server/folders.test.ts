import { strict as assert } from 'node:assert';
import sharp from 'sharp';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import { zipOf } from '../engine/support/zip';
import { Api, assertError, photo, sandboxWith, video } from './support/api';
import { assertShape, fixture } from './support/fixtures';

const MIB = 1024 * 1024;

describe('sandbox: folders and media', () => {
  let sandbox: Sandbox;
  let api: Api;

  before(async () => {
    ({ sandbox, api } = await sandboxWith());
  });
  after(() => sandbox.close());

  it('creates a folder from a form, with tags and metadata for each file', async () => {
    const payload = {
      'folder:meta_data': { partner_side_folder_id: 'p' },
      'media:tags': { video1: ['video_selfie'], photo1: ['photo_id', 'photo_id_front'] },
      'media:meta_data': { photo1: { side: 'front' } },
    };
    const folder = await api.folder([video({ face: 'ann' }), photo({ face: 'ann' })], payload);
    assertShape({ ...folder, media: [] }, fixture('folder-create-response'));
    const [first, second] = folder['media'] ?? [];
    assertShape(first, fixture('media-video'));
    assertShape(second, fixture('media-image'));
    assert.deepEqual(second?.['tags'], ['photo_id', 'photo_id_front']);
    assert.deepEqual(second?.['meta_data'], { side: 'front' });
    assert.equal(folder['resolution_status'], 'INITIAL');
    assert.ok(!('analyses' in folder));
  });

  it('decides by the MIME type, and by the name where there is none', async () => {
    const data = Buffer.from('{}');
    const files = [
      { key: 'a', name: 'x.bin', type: 'video/quicktime', data },
      { key: 'b', name: 'x.mp4', type: 'image/png', data },
      { key: 'c', name: 'frames.zip', type: 'application/zip', data },
      { key: 'd', name: 'X.JPEG', type: 'application/octet-stream', data },
    ];
    const folder = await api.folder(files);
    const types = [...(folder['media'] ?? [])].map((media) => media['media_type']);
    assert.deepEqual(types, ['VIDEO_FOLDER', 'IMAGE_FOLDER', 'SHOTS_SET_FOLDER', 'IMAGE_FOLDER']);
    assertShape(folder['media']?.[2], fixture('media-shots-set'));
    const text = await api.upload('/api/folders/', [{ key: 'a', name: 'a.txt', type: 'text/plain', data }]);
    assertError(text, 400, 4, 'Invalid param value');
  });

  it('makes a video of a ZIP of pictures, which goes with it', async () => {
    const shot = await sharp({ create: { width: 64, height: 48, channels: 3, background: '#888' } })
      .jpeg()
      .toBuffer();
    const data = new Uint8Array(await zipOf({ '1.jpg': shot, '2.jpg': shot }));
    const zip = { key: 'c', name: 'frames.zip', type: 'application/zip', data };
    for (const [profile, names] of [
      ['5.0', ['preview_url']],
      ['6.x', ['preview_url', 'video_url']],
    ] as const) {
      const { sandbox: own, api: client } = await sandboxWith({ profile });
      const [media] = [...((await client.folder([zip]))['media'] ?? [])];
      assert.ok(media);
      assert.deepEqual(
        Object.keys(media)
          .filter((name) => /^(video|preview)_url$/.test(name))
          .sort(),
        names,
      );
      const { preview_url: video, original_url: original, media_id: id } = media;
      assert.equal(media['video_url'] ?? video, video);
      const answer = await fetch(String(video), { headers: { Range: 'bytes=4-7' } });
      assert.deepEqual([answer.status, answer.headers.get('content-type')], [206, 'video/mp4']);
      assert.equal(await answer.text(), 'ftyp');
      assert.equal((await fetch(String(original))).headers.get('content-type'), 'application/zip');
      assert.equal((await client.delete(`/api/media/${String(id)}`)).status, 204);
      assert.equal((await fetch(String(video))).status, 404);
      await own.close();
    }
  });

  it('refuses what no analysis can read, whatever it is called, and says what to do', async () => {
    const heic = Buffer.from('000000186674797068656963000000006d69663168656963', 'hex');
    for (const [name, type] of [
      ['IMG_0001.HEIC', 'image/heic'],
      ['photo.jpg', 'image/jpeg'],
    ] as const) {
      const answer = await api.upload('/api/folders/', [{ key: 'a', name, type, data: heic }]);
      assertError(answer, 400, 4, 'Invalid param value');
      assert.match(answer.text, /Most Compatible/);
    }
  });

  it('serves media without a token, with type, length and ranges', async () => {
    const folder = await api.folder([video({ face: 'ann' })]);
    const url = String(folder['media']?.[0]?.['original_url']);
    assert.match(
      url,
      new RegExp(`^${sandbox.url}/static/${String(folder['folder_id'])}/[0-9a-f]{32}\\.mp4$`),
    );
    const whole = await fetch(url);
    assert.equal(whole.headers.get('content-type'), 'video/mp4');
    assert.equal(await whole.text(), '{"face":"ann"}');
    const part = await fetch(url, { headers: { Range: 'bytes=2-5' } });
    assert.equal(part.status, 206);
    assert.equal(await part.text(), 'face');
  });

  it('takes folders as JSON, whatever the type of the body says', async () => {
    const payload = JSON.stringify({ 'folder:meta_data': { a: 1 } });
    for (const type of ['application/json', 'application/x-www-form-urlencoded', 'text/plain']) {
      const answer = await api.call('POST', '/api/folders/?', payload, { 'Content-Type': type });
      assert.equal(answer.status, 201, answer.text);
      assert.deepEqual(answer.body['meta_data'], { a: 1 });
      assert.deepEqual(answer.body['media'], []);
    }
  });

  it('takes a container, and refuses an empty one', async () => {
    const type = { 'Content-Type': 'application/octet-stream' };
    assert.equal((await api.call('POST', '/api/folders', Buffer.from([1, 2, 3]), type)).status, 201);
    const empty = await api.call('POST', '/api/folders', new Uint8Array(0), type);
    assert.equal(empty.status, 400);
    assert.deepEqual(empty.body, fixture('ozcapsula-error-13'));
  });

  it('adds media later and answers an array', async () => {
    const folder = await api.folder([video({})]);
    const path = `/api/folders/${String(folder['folder_id'])}/media/`;
    const answer = await api.upload(path, [photo({})]);
    assert.equal(answer.status, 201);
    assertShape(answer.body, [fixture('media-image')]);
    assert.equal(answer.body.length, 1);
    assertShape((await api.upload(path, [video({})])).body, fixture('media-add-response'));
    assert.equal((await api.get(path)).body.length, 3);
  });

  it('replaces and clears tags', async () => {
    const media = (await api.folder([video({})]))['media']?.[0];
    const path = `/api/media/${String(media?.['media_id'])}`;
    const changed = await api.patch(path, fixture('media-patch-tags-request'));
    assert.deepEqual(changed.body['tags'], ['photo_id', 'photo_id_front']);
    assert.deepEqual((await api.patch(path, { tags: [] })).body['tags'], []);
    assertError(await api.patch(path, {}), 400, 3);
    assertError(await api.patch(path, { tags: 'photo_id' }), 400, 5, 'Invalid param type');
    assertError(await api.patch(path, { tags: [1] }), 400, 5);
  });

  it('deletes media and folders with their files', async () => {
    const folder = await api.folder([video({ face: 'ann' }), photo({ face: 'ann' })]);
    const id = String(folder['folder_id']);
    const [order] = await api.order(id, { type: 'quality' });
    const decided = await api.decided(order);
    const shot = String(decided['results_media']?.[0]?.['output_images']?.[0]?.['original_url']);
    const urls = [...(folder['media'] ?? [])].map((media) => String(media['original_url']));
    assert.equal((await fetch(shot)).status, 200);

    const media = await api.delete(`/api/media/${String(folder['media']?.[1]?.['media_id'])}`);
    assert.equal(media.status, 204);
    assert.equal(media.text, '');
    assert.equal((await fetch(urls[1] ?? '')).status, 404);
    assert.equal((await api.get(`/api/folders/${id}`)).body['media']?.length, 1);

    assert.equal((await api.delete(`/api/folders/${id}`)).status, 204);
    assertError(await api.get(`/api/folders/${id}`), 404, 10, 'Object not exist');
    assertError(await api.get(`/api/analyses/${String(order?.['analysis_id'])}`), 404, 10);
    for (const url of [...urls, shot]) assert.equal((await fetch(url)).status, 404, url);
  });

  it('stays deleted when an upload or an analysis was under way', async () => {
    const folder = await api.folder([video({ endless: true })]);
    const path = `/api/folders/${String(folder['folder_id'])}`;
    await api.order(folder['folder_id'], { type: 'quality' });
    const uploads = Array.from({ length: 5 }, () => api.upload(`${path}/media/`, [photo({ face: 'ann' })]));
    assert.equal((await api.delete(path)).status, 204);
    for (const { status } of await Promise.all(uploads))
      assert.ok(status === 201 || status === 404, `${status}`);
    assertError(await api.get(path), 404, 10);
    const url = new URL(String(folder['media']?.[0]?.['original_url']));
    assert.equal((await fetch(url)).status, 404);
  });

  describe('limits', () => {
    const big = (bytes: number) => ({ ...video({}), data: new Uint8Array(bytes) });

    it('takes 10 files and refuses 11, in one request or in two', async () => {
      const files = Array.from({ length: 10 }, (_value, index) => video({}, 'a.mp4', `video${index}`));
      const folder = await api.folder(files);
      assert.equal(folder['media']?.length, 10);
      assertError(await api.upload('/api/folders/', [...files, video({}, 'a.mp4', 'one-more')]), 400, 4);
      const path = `/api/folders/${String(folder['folder_id'])}/media/`;
      assertError(await api.upload(path, [video({})]), 400, 4);
      assert.equal((await api.get(path)).body.length, 10);
    });

    it('holds at most 10 files however many uploads come at once', async () => {
      const path = `/api/folders/${String((await api.folder([]))['folder_id'])}/media/`;
      const files = Array.from({ length: 4 }, (_value, index) => video({}, 'a.mp4', `video${index}`));
      const answers = await Promise.all([1, 2, 3, 4, 5].map(() => api.upload(path, files)));
      assert.equal(answers.filter(({ status }) => status === 201).length, 2);
      assert.equal(answers.filter(({ status }) => status === 400).length, 3);
      assert.equal((await api.get(path)).body.length, 8);
    });

    it('takes 10 MiB and refuses a byte more', async () => {
      assert.equal((await api.upload('/api/folders/', [big(10 * MIB)])).status, 201);
      const answer = await api.upload('/api/folders/', [big(10 * MIB + 1)]);
      assertError(answer, 400, 4);
      assert.equal(answer.body['details']?.['max_size'], 10 * MIB);
    });

    it('refuses an empty file', async () => {
      assertError(await api.upload('/api/folders/', [big(0)]), 400, 4);
    });

    it('refuses a body above everything allowed as a web server in front does: in HTML', async () => {
      const answer = await api.call('POST', '/api/folders/', new Uint8Array(103 * MIB), {
        'Content-Type': 'multipart/form-data; boundary=x',
      });
      assert.equal(answer.status, 413);
      assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
    });
  });
});

describe('sandbox: roles', () => {
  const client = { email: 'client@example.com', password: 'x', role: 'client' } as const;
  const second = { email: 'second@example.com', password: 'x', role: 'client' } as const;
  const operator = { email: 'operator@example.com', password: 'x', role: 'operator' } as const;
  const limited = { email: 'l@example.com', password: 'x', role: 'client', denied: ['BIOMETRY'] } as const;
  let sandbox: Sandbox;
  let admin: Api;

  before(async () => {
    ({ sandbox, api: admin } = await sandboxWith({ accounts: [client, second, operator, limited] }));
  });
  after(() => sandbox.close());

  it('a CLIENT may neither delete nor see what another made', async () => {
    const own = await new Api(sandbox.url).signIn(client);
    const folder = await own.folder([video({ face: 'ann' })]);
    const id = String(folder['folder_id']);
    assertError(await own.delete(`/api/folders/${id}`), 403, 9, 'You have not access to this resource');
    assertError(await own.delete(`/api/media/${String(folder['media']?.[0]?.['media_id'])}`), 403, 9);
    const stranger = await new Api(sandbox.url).signIn(second);
    assertError(await stranger.get(`/api/folders/${id}`), 403, 9);
    assert.equal((await stranger.get('/api/folders/')).body['total_count'], 0);
  });

  it('an admin of the company and an operator see it, only the admin may delete', async () => {
    const own = await new Api(sandbox.url).signIn(client);
    const id = String((await own.folder([video({ face: 'ann' })]))['folder_id']);
    const watcher = await new Api(sandbox.url).signIn(operator);
    assert.equal((await watcher.get(`/api/folders/${id}`)).status, 200);
    assertError(await watcher.delete(`/api/folders/${id}`), 403, 9);
    assert.equal((await admin.get(`/api/folders/${id}`)).status, 200);
    assert.equal((await admin.delete(`/api/folders/${id}`)).status, 204);
  });

  it('an account without the flag may not start that analysis', async () => {
    const api = await new Api(sandbox.url).signIn(limited);
    const folder = await api.folder([video({ face: 'a' }), photo({ face: 'a' })]);
    const path = `/api/folders/${String(folder['folder_id'])}/analyses/`;
    assertError(await api.post(path, { analyses: [{ type: 'biometry' }] }), 403, 9);
    assert.equal((await api.post(path, { analyses: [{ type: 'quality' }] })).status, 201);
  });

  it('the role of the test account is an option', async () => {
    const { sandbox: own, api } = await sandboxWith({ role: 'client' });
    const folder = await api.folder([video({})]);
    assertError(await api.delete(`/api/folders/${String(folder['folder_id'])}`), 403, 9);
    await own.close();
  });
});
