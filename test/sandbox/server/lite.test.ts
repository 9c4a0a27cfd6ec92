import { strict as assert } from 'node:assert';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import { sandboxWith } from './support/api';
import { fixture, assertShape } from './support/fixtures';
import { tiny } from './support/tinyEngine';
import type { TinyMedia } from './support/tinyEngine';

const JPEG = { 'Content-Type': 'image/jpeg' };

describe('sandbox: API Lite', () => {
  let sandbox: Sandbox;
  before(async () => {
    ({ sandbox } = await sandboxWith());
  });
  after(() => sandbox.close());

  const post = (path: string, body: NonNullable<RequestInit['body']>, headers = {}): Promise<Response> =>
    fetch(sandbox.url + path, { method: 'POST', body, headers });
  const still = (media: TinyMedia): Uint8Array<ArrayBuffer> => tiny({ ...media, kind: 'image' });
  const extract = async (face: string): Promise<Uint8Array<ArrayBuffer>> => {
    const answer = await post('/v1/face/pattern/extract', still({ face }), JPEG);
    assert.equal(answer.status, 200);
    assert.equal(answer.headers.get('content-type'), 'application/octet-stream');
    return new Uint8Array(await answer.arrayBuffer());
  };
  const form = (parts: Record<string, [Uint8Array<ArrayBuffer>, string]>): FormData => {
    const data = new FormData();
    for (const [name, [bytes, type]] of Object.entries(parts)) data.append(name, new Blob([bytes], { type }));
    return data;
  };
  const OCTETS = 'application/octet-stream';
  const code = async (answer: Response): Promise<unknown> => {
    assert.equal(answer.status, 400);
    return Object(await answer.json()).code;
  };

  it('tells version and health without a sign-in', async () => {
    assertShape(await (await fetch(`${sandbox.url}/version`)).json(), fixture('lite-version-response'));
    for (const processor of ['pattern', 'liveness']) {
      const answer = await fetch(`${sandbox.url}/v1/face/${processor}/health`);
      assert.deepEqual(await answer.json(), fixture('lite-health-response'));
    }
  });

  it('detects liveness of one image', async () => {
    const live = await post('/v1/face/liveness/detect', still({ face: 'ann', spoofing: 0.1 }), JPEG);
    assert.deepEqual(await live.json(), { score: 0.9, passed: true, simulated: true });
    const attack = await post('/v1/face/liveness/detect', still({ face: 'ann', spoofing: 0.9 }), JPEG);
    assert.equal(Object(await attack.json()).passed, false);
  });

  it('extracts, compares and verifies, also in base64', async () => {
    const [ann, bob] = [await extract('ann'), await extract('bob')];
    const compare = async (
      one: Uint8Array<ArrayBuffer>,
      other: Uint8Array<ArrayBuffer>,
    ): Promise<unknown> => {
      const parts = form({ bio_feature: [one, OCTETS], bio_template: [other, OCTETS] });
      return Object(await (await post('/v1/face/pattern/compare', parts)).json()).decision;
    };
    assert.equal(await compare(ann, ann), 'approved');
    assert.equal(await compare(ann, bob), 'declined');
    const verify = form({ bio_template: [ann, OCTETS], sample: [still({ face: 'ann' }), 'image/jpeg'] });
    assert.equal(Object(await (await post('/v1/face/pattern/verify', verify)).json()).decision, 'approved');

    const base64 = { 'Content-Transfer-Encoding': 'base64' };
    const text = Buffer.from(still({ face: 'ann' })).toString('base64');
    const encoded = await post('/v1/face/pattern/extract', text, { ...JPEG, ...base64 });
    const template = Buffer.from(await encoded.text(), 'base64');
    assert.deepEqual(new Uint8Array(template), ann);
  });

  it('reads a photo whose part has no file name, byte for byte', async () => {
    // Each letter is two bytes, which change if the photo is taken for a text.
    const zoya = await extract('Зоя');
    const part = (name: string, type: string, data: Uint8Array): Buffer[] => [
      Buffer.from(`--x\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: ${type}\r\n\r\n`),
      Buffer.from(data),
      Buffer.from('\r\n'),
    ];
    const body = Buffer.concat([
      ...part('bio_template', OCTETS, zoya),
      ...part('sample', 'image/jpeg', still({ face: 'Зоя' })),
      Buffer.from('--x--\r\n'),
    ]);
    const type = { 'Content-Type': 'multipart/form-data; boundary=x' };
    const answer = await post('/v1/face/pattern/verify', body, type);
    assert.equal(Object(await answer.json()).decision, 'approved');
  });

  it('says that a photo is too big, in base64 too', async () => {
    const big = Buffer.from(Buffer.alloc(11 * 1024 * 1024).toString('base64'));
    const parts = form({ bio_template: [await extract('ann'), OCTETS], sample: [big, 'image/jpeg'] });
    const base64 = { 'Content-Transfer-Encoding': 'base64' };
    const answer = await post('/v1/face/pattern/verify', parts, base64);
    assert.equal(Object(await answer.json()).error_code, 14);
  });

  it('answers its own errors', async () => {
    const path = '/v1/face/pattern/extract';
    assert.equal(
      await code(await post(path, still({ face: 'a' }), { 'Content-Type': 'text/plain' })),
      'BPE-002001',
    );
    assert.equal(await code(await post(path, new Uint8Array(), JPEG)), 'BPE-002003');
    assert.equal(await code(await post(path, new Uint8Array([1, 2]), JPEG)), 'BPE-002003');
    assert.equal(await code(await post(path, tiny({ face: 'a' }), JPEG)), 'BPE-002003');
    assert.equal(await code(await post(path, still({}), JPEG)), 'BPE-003002');
    assert.equal(await code(await post('/v1/face/liveness/detect', still({}), JPEG)), 'LDE-003002');
    const strange = form({ bio_feature: [still({}), OCTETS], bio_template: [still({}), OCTETS] });
    assert.equal(await code(await post('/v1/face/pattern/compare', strange)), 'BPE-002004');
    const ann = await extract('ann');
    const untyped = form({ bio_template: [ann, OCTETS], sample: [still({ face: 'a' }), OCTETS] });
    assert.equal(await code(await post('/v1/face/pattern/verify', untyped)), 'BPE-002005');
    assert.equal(await code(await post('/v1/face/pattern/verify', 'no form', JPEG)), 'BPE-002001');
  });
});
