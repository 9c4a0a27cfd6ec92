import { strict as assert } from 'node:assert';
import { buffer } from 'node:stream/consumers';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import yazl from 'yazl';
import type { Answer, Api } from './support/api';
import { assertError, sandboxWith } from './support/api';
import { fixture } from './support/fixtures';
import { tiny } from './support/tinyEngine';

describe('sandbox: containers', () => {
  let sandbox: Sandbox;
  let api: Api;

  before(async () => {
    ({ sandbox, api } = await sandboxWith());
  });
  after(() => sandbox.close());

  const send = (body: Uint8Array, path = '/api/folders'): Promise<Answer> =>
    api.call('POST', path, body, { 'Content-Type': 'application/octet-stream' });

  const zip = async (files: Record<string, string | Uint8Array>): Promise<Buffer> => {
    const archive = new yazl.ZipFile();
    for (const [name, data] of Object.entries(files)) archive.addBuffer(Buffer.from(data), name);
    archive.end();
    return buffer(archive.outputStream);
  };
  const face = tiny({ face: 'ann' });
  const payload = JSON.stringify({
    'media:tags': { 'selfie.mp4': ['video_selfie'] },
    analyses: [{ type: 'quality', source_media: ['selfie.mp4'] }],
  });

  it('a sealed one becomes a folder without media', async () => {
    const answer = await send(Buffer.from('sealed for the real server'));
    assert.equal(answer.status, 201);
    assert.deepEqual(answer.body['media'], []);
  });

  it('one for trying out is unpacked and checked, in both modes', async () => {
    const body = await zip({ 'payload.json': payload, 'selfie.mp4': face });
    for (const [path, status] of [
      ['/api/folders', 201],
      ['/api/instant/folders', 200],
    ] as const) {
      const answer = await send(body, path);
      assert.equal(answer.status, status, answer.text);
      assert.deepEqual(answer.body['media']?.[0]?.['tags'], ['video_selfie']);
      assert.equal(answer.body['analyses']?.[0]?.['resolution'], 'SUCCESS');
    }
  });

  it('answers the documented errors', async () => {
    const whole = await zip({ 'payload.json': payload, 'selfie.mp4': face });
    for (const [body, name] of [
      [new Uint8Array(0), 'ozcapsula-error-13'],
      [await zip({ 'selfie.mp4': face }), 'ozcapsula-error-3'],
      [await zip({ 'payload.json': payload }), 'ozcapsula-error-4'],
      [whole.subarray(0, 60), 'ozcapsula-error-5'],
    ] as const) {
      const answer = await send(body);
      assert.equal(answer.status, 400);
      assert.deepEqual(answer.body, fixture(name));
    }
  });

  it('unpacks no more than a folder may hold', async () => {
    const big = await zip({ 'payload.json': payload, 'selfie.mp4': new Uint8Array(10 * 1024 * 1024 + 1) });
    assertError(await send(big), 400, 14);
    const many = Object.fromEntries(Array.from({ length: 11 }, (_value, index) => [`v${index}.mp4`, face]));
    assertError(await send(await zip({ 'payload.json': '{}', ...many })), 400, 4);
  });
});
