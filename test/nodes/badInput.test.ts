import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OzErrorCode } from '../../client';
import { STATUS_TEXTS } from '../../nodes/shared/status';
import {
  CHAIN,
  errorOf,
  paletteRig,
  PHOTO,
  statusOf,
  VIDEO,
  type PaletteRigOptions,
} from '../support/palette';
import { ACCOUNT, OzServer, type Answer } from '../support/ozServer';
import { serverForEachTest } from '../support/serverForEachTest';
import { type FlowNode, type Message } from '../support/rig';
import { record } from '../../tools/launch/values';

interface Case extends PaletteRigOptions {
  code: OzErrorCode;
  /** What the status names, where that is not the code. */
  status?: keyof typeof STATUS_TEXTS;
  /** The node that fails, and its properties. */
  node: Partial<FlowNode> & { type: string };
  msg?: Message;
  url?: string;
  script?: [RegExp, Answer, number?];
  /** No upload reached the server. */
  nothingSent?: true;
  cause?: Record<string, unknown>;
}

const upload = (more: object = {}): Case['node'] => ({ type: 'oz-upload', ...more });
const analyze = (more: object = {}): Case['node'] => ({ type: 'oz-analyze', ...more });
const result = (more: object = {}): Case['node'] => ({ type: 'oz-result', ...more });
const UNKNOWN_ID = '11111111-1111-4111-8111-111111111111';
const ANSWER_429 = { status: 429, json: { error_code: 101, error_message: 'Too many requests' } };

/** An object within an object, nested this deep. */
function nested(levels: number): object {
  let value: object = {};
  for (let level = 0; level < levels; level += 1) value = { deeper: value };
  return value;
}

const cases: Record<string, Case> = {
  'no server chosen': { code: 'OZ_CONFIG', node: upload({ server: '' }) },
  'a server that is not there': { code: 'OZ_CONFIG', node: analyze({ server: 'gone' }) },
  'a server of another type': { code: 'OZ_CONFIG', node: result({ server: 'out0' }) },
  'no address': { code: 'OZ_CONFIG', node: upload(), url: '' },
  'a wrong address': { code: 'OZ_CONFIG', node: upload(), url: 'not an address' },
  'an address with a password': {
    code: 'OZ_CONFIG',
    node: upload(),
    url: 'https://me:secret@oz.example.com',
  },
  'no credentials': { code: 'OZ_CONFIG', node: upload(), credentials: {} },
  'the sandbox sign-in elsewhere': {
    code: 'OZ_CONFIG',
    node: upload(),
    url: 'https://oz.example.com',
    server: { auth: 'sandbox' },
  },
  'an unknown sign-in': { code: 'OZ_CONFIG', node: upload(), server: { auth: 'magic' } },
  'a timeout that is no number': { code: 'OZ_CONFIG', node: upload(), server: { timeout: 'soon' } },
  'TLS settings that are not there': { code: 'OZ_CONFIG', node: upload(), server: { tls: 'gone' } },
  'proxy settings that are not there': { code: 'OZ_CONFIG', node: upload(), server: { proxy: 'gone' } },
  'a wrong password': {
    code: 'OZ_AUTH',
    node: upload(),
    credentials: { s1: { ...ACCOUNT, password: 'wrong' } },
    cause: { status: 401 },
  },
  'no media': { code: 'OZ_MEDIA', node: upload(), msg: {}, nothingSent: true },
  'a number for media': { code: 'OZ_MEDIA', node: upload(), msg: { payload: 42 }, nothingSent: true },
  'a missing file': {
    status: 'mediaMissing',
    code: 'OZ_MEDIA',
    node: upload({ textAs: 'path' }),
    msg: { payload: '/no/such/selfie.mp4' },
    nothingSent: true,
  },
  'a folder for a file': {
    code: 'OZ_MEDIA',
    node: upload({ textAs: 'path' }),
    msg: { payload: tmpdir() },
    nothingSent: true,
  },
  'an empty Buffer': {
    code: 'OZ_MEDIA',
    node: upload(),
    msg: { payload: Buffer.alloc(0) },
    nothingSent: true,
  },
  'a file over the limit': {
    code: 'OZ_MEDIA',
    node: upload(),
    server: { maxFileMB: 0.001 },
    nothingSent: true,
  },
  'more than the allowed files': {
    code: 'OZ_MEDIA',
    node: upload(),
    server: { maxFiles: 2 },
    msg: { payload: [PHOTO, PHOTO, PHOTO] },
    nothingSent: true,
  },
  'not a video at all': {
    code: 'OZ_MEDIA',
    node: upload(),
    msg: { payload: Buffer.from('just some text, no video') },
    nothingSent: true,
  },
  "the first piece of a file, by core's file in": {
    code: 'OZ_MEDIA',
    node: upload(),
    msg: { payload: VIDEO, parts: { id: 'p', index: 0, ch: '', type: 'buffer' } },
    nothingSent: true,
  },
  "the first piece of a file, by core's split": {
    code: 'OZ_MEDIA',
    node: { type: 'oz-check' },
    msg: { payload: VIDEO, parts: { id: 'p', index: 0, count: 3, type: 'buffer', len: VIDEO.length } },
    nothingSent: true,
  },
  'the first piece of a file, from a browser': {
    code: 'OZ_MEDIA',
    node: upload(),
    msg: {
      payload: VIDEO,
      parts: { id: 'p', index: 0, count: 3, type: 'string', ch: '', chunk: VIDEO.length },
    },
    nothingSent: true,
  },
  'custom tags without a tag': { code: 'OZ_CONFIG', node: upload({ tags: 'custom', customTags: ' , ' }) },
  'an unknown preset': { code: 'OZ_CONFIG', node: upload({ tags: 'selfie-hologram' }) },
  'an unknown preset in the message': {
    code: 'OZ_INPUT',
    node: upload(),
    msg: { payload: VIDEO, oz: { tags: 'x' } },
  },
  'metadata that is no JSON': {
    code: 'OZ_CONFIG',
    node: upload({ metadata: '{"a":', metadataType: 'json' }),
  },
  'metadata that is no object': { code: 'OZ_INPUT', node: upload({ metadata: '[1]', metadataType: 'json' }) },
  'a webhook that is no URL': {
    code: 'OZ_INPUT',
    node: upload({ webhook: 'somewhere', webhookType: 'str' }),
  },
  'a JSONata expression that cannot be': {
    code: 'OZ_CONFIG',
    node: upload({ media: '$(', mediaType: 'jsonata' }),
  },
  'no folder id': { code: 'OZ_INPUT', node: analyze() },
  'a folder id that leads elsewhere': {
    code: 'OZ_INPUT',
    node: analyze(),
    msg: { oz: { folderId: '../../authorize' } },
  },
  'a list that names no media': {
    code: 'OZ_INPUT',
    node: analyze({ sourceMedia: 'wanted', sourceMediaType: 'msg' }),
    msg: { oz: { folderId: UNKNOWN_ID }, wanted: [] },
    nothingSent: true,
  },
  'a threshold that is no number': {
    code: 'OZ_INPUT',
    node: analyze({ livenessParams: 'params', livenessParamsType: 'msg' }),
    msg: { oz: { folderId: UNKNOWN_ID }, params: { threshold_spoofing: NaN } },
    nothingSent: true,
  },
  'a folder id that is no text': {
    code: 'OZ_INPUT',
    node: analyze({ folder: 'payload' }),
    msg: { payload: { id: 1 } },
  },
  'an unknown folder id': { code: 'OZ_NOT_FOUND', node: analyze(), msg: { oz: { folderId: UNKNOWN_ID } } },
  'no analysis ticked': { code: 'OZ_CONFIG', node: analyze({ liveness: false }) },
  'an override that cannot be': {
    code: 'OZ_INPUT',
    node: analyze(),
    msg: { oz: { folderId: UNKNOWN_ID, options: { bestShot: 'maybe' } } },
  },
  'nothing to wait for': { code: 'OZ_INPUT', node: result() },
  'ids that are none': { code: 'OZ_INPUT', node: result({ source: 'payload' }), msg: { payload: 42 } },
  'an unknown folder to wait for': {
    code: 'OZ_NOT_FOUND',
    node: result(),
    msg: { oz: { folderId: UNKNOWN_ID } },
  },
  'a wait of minus one second': {
    code: 'OZ_CONFIG',
    node: result({ timeout: -1 }),
    msg: { oz: { folderId: UNKNOWN_ID } },
  },
  'a wait time in words': {
    code: 'OZ_INPUT',
    node: result(),
    msg: { timeout: 'long', oz: { folderId: UNKNOWN_ID } },
  },
  'a server that resets': {
    code: 'OZ_UNREACHABLE',
    node: upload(),
    script: [/POST \/api\/folders$/, 'reset', 9],
  },
  'a server that hangs': {
    code: 'OZ_TIMEOUT',
    node: upload(),
    server: { timeout: 1 },
    script: [/POST \/api\/folders$/, 'hang', 9],
  },
  'a server that answers HTML': {
    code: 'OZ_RESPONSE',
    node: upload(),
    script: [/POST \/api\/folders$/, { status: 200, text: '<html>Welcome</html>' }, 9],
  },
  'a server that answers half a JSON': {
    code: 'OZ_RESPONSE',
    node: upload(),
    script: [
      /POST \/api\/folders$/,
      { status: 201, text: '{"folder_id": "11', contentType: 'application/json' },
      99,
    ],
  },
  'an answer that breaks off': {
    code: 'OZ_RESPONSE',
    node: upload(),
    script: [/POST \/api\/folders$/, 'half', 9],
  },
  'an error of the server': {
    code: 'OZ_SERVER',
    node: upload(),
    script: [/POST \/api\/folders$/, { status: 500, json: { error_code: 0, error_message: 'Unknown' } }, 9],
    cause: { status: 500, apiCode: 0 },
  },
  'a rejected request': {
    code: 'OZ_REJECTED',
    node: upload(),
    script: [
      /POST \/api\/folders$/,
      { status: 400, json: { error_code: 4, error_message: 'Invalid param value' } },
    ],
    cause: { status: 400, apiCode: 4, apiMessage: 'Invalid param value' },
  },
  'a forbidden request': {
    code: 'OZ_FORBIDDEN',
    node: upload(),
    script: [/POST \/api\/folders$/, { status: 403, json: { error_code: 9, error_message: 'no access' } }],
  },
  'metadata nested 3 000 levels deep': {
    code: 'OZ_INPUT',
    node: upload({ metadata: 'oz.metadata', metadataType: 'msg' }),
    msg: { payload: VIDEO, oz: { metadata: nested(3000) } },
    nothingSent: true,
  },
  'a server that has enough': {
    code: 'OZ_RATE_LIMITED',
    node: analyze(),
    msg: { oz: { folderId: UNKNOWN_ID } },
    script: [/POST .*\/analyses$/, { ...ANSWER_429, headers: { 'retry-after': '0' } }, 99],
    cause: { status: 429 },
  },
};

describe('bad input, each with its code', () => {
  let server: OzServer;
  serverForEachTest((started) => (server = started));

  for (const [name, one] of Object.entries(cases)) {
    it(`${name}: ${one.code}`, async () => {
      const {
        code,
        status = code,
        node,
        msg = { payload: VIDEO },
        url = server.url,
        script,
        nothingSent,
        cause,
        ...options
      } = one;
      if (script !== undefined) server.script(...script);
      const { send, out, caught, completed, statuses } = await paletteRig(
        url,
        [{ id: 'n1', ...node }],
        options,
      );
      send({ topic: 'mine', ...msg });
      const failed = await caught.next(undefined, 60_000);
      const error = errorOf(failed);
      assert.equal(error['code'], code, String(error['message']));
      assert.equal(failed['topic'], 'mine');
      assert.deepEqual(failed.payload, msg.payload, 'the payload is as it was');
      for (const [field, value] of Object.entries(cause ?? {}))
        assert.deepEqual(record(error['cause'])[field], value);
      assert.doesNotMatch(String(error['message']), /__|undefined|errors\./, 'a whole sentence');
      await statuses.next((shown) => statusOf(shown) === `red/ring/${STATUS_TEXTS[status]}`);
      assert.equal(caught.messages.length, 1);
      assert.equal(completed.messages.length, 0);
      assert.equal(out.messages.length, 0);
      if (nothingSent) assert.equal(server.callsTo(/folders/).length, 0, 'nothing was uploaded');
    }).timeout(60_000);
  }

  it('an empty file: OZ_MEDIA', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'oz-media-'));
    try {
      await writeFile(join(folder, 'empty.mp4'), '');
      const { send, caught } = await paletteRig(server.url, [
        { id: 'n1', type: 'oz-upload', textAs: 'path' },
      ]);
      send({ payload: join(folder, 'empty.mp4') });
      const error = errorOf(await caught.next());
      assert.equal(error['code'], 'OZ_MEDIA');
      assert.match(String(error['message']), /empty/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('a server that is down: OZ_UNREACHABLE', async () => {
    const probe = createServer().listen(0, '127.0.0.1');
    await once(probe, 'listening');
    const address = probe.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    probe.close();
    await once(probe, 'close');
    const { send, caught } = await paletteRig(`http://127.0.0.1:${port}`, CHAIN);
    send({ payload: VIDEO });
    const error = errorOf(await caught.next(undefined, 45_000));
    assert.equal(error['code'], 'OZ_UNREACHABLE');
    assert.equal(record(error['cause'])['system'], 'ECONNREFUSED');
  }).timeout(60_000);

  it('429 with Retry-After is waited out, and the job succeeds', async () => {
    server.script(/POST .*\/analyses$/, { ...ANSWER_429, headers: { 'retry-after': '1' } });
    const { send, out, caught } = await paletteRig(server.url, CHAIN);
    send({ payload: VIDEO });
    await out.next(undefined, 45_000);
    const [first, second] = server.callsTo(/POST .*\/analyses$/);
    assert.ok(first !== undefined && second !== undefined);
    assert.equal(caught.messages.length, 0);
  }).timeout(60_000);

  it('goes on with the next message after an error', async () => {
    const { send, out, caught, statuses } = await paletteRig(server.url, [{ id: 'n1', type: 'oz-upload' }]);
    send({ payload: 42 });
    await caught.next();
    await statuses.next((status) => statusOf(status).startsWith('red'));
    send({ payload: VIDEO });
    await out.next();
    await statuses.next((status) => statusOf(status) === '');
  });
});
