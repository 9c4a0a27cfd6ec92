import { strict as assert } from 'node:assert';
import { EventEmitter, once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { text } from 'node:stream/consumers';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import type { Api } from './support/api';
import { assertError, sandboxWith, video } from './support/api';
import { assertShape, fixture } from './support/fixtures';

/** A receiver on a socket of its own. */
class Receiver extends EventEmitter {
  readonly messages: { path: string; type: string | undefined; signIn: string | undefined; body: unknown }[] =
    [];
  /** What it answers; the last one stays. */
  statuses = [200];
  url = '';
  readonly #server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      const { 'content-type': type, authorization: signIn } = request.headers;
      this.messages.push({ path: request.url ?? '', type, signIn, body: JSON.parse(body) });
      response.statusCode = (this.statuses.length > 1 ? this.statuses.shift() : this.statuses[0]) ?? 200;
      response.setHeader('Location', '/elsewhere');
      response.end();
      this.emit('message');
      return undefined;
    });
  });

  async open(): Promise<this> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    const address = this.#server.address();
    this.url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    return this;
  }

  async received(count: number): Promise<void> {
    while (this.messages.length < count) await once(this, 'message', { signal: AbortSignal.timeout(30_000) });
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

describe('sandbox: webhooks', () => {
  let sandbox: Sandbox;
  let api: Api;
  let receiver: Receiver;

  beforeEach(async () => {
    ({ sandbox, api } = await sandboxWith({ webhookRetryMs: [10, 10] }));
    receiver = await new Receiver().open();
  });
  afterEach(async () => {
    receiver.close();
    await sandbox.close();
  });

  const quality = { analyses: [{ type: 'quality' }] };

  it('signs in as the address says, where the receiver asks for that', async () => {
    const address = receiver.url.replace('//', '//me%40home:100%p%3Aw%C3%A9@');
    await api.folder([video({ face: 'ann' })], { ...quality, resolution_endpoint: `${address}/hook` });
    await receiver.received(1);
    const [message] = receiver.messages;
    assert.equal(message?.signIn, `Basic ${Buffer.from('me@home:100%p:wé').toString('base64')}`);
  });

  it('posts the folder with its analyses once all of them are over', async () => {
    const folder = await api.folder([video({ face: 'ann' })], {
      resolution_endpoint: `${receiver.url}/hook?key=1`,
    });
    await api.order(folder['folder_id'], { type: 'quality' }, { type: 'quality' });
    await receiver.received(1);
    const [message] = receiver.messages;
    assert.equal(message?.path, '/hook?key=1');
    assert.equal(message?.type, 'application/json');
    assert.equal(message?.signIn, undefined);
    assertShape(message?.body, fixture('webhook-request.inferred'));
    const { folder_id: id, resolution_status: status, analyses } = Object(message?.body);
    assert.equal(id, folder['folder_id']);
    assert.equal(status, 'FINISHED');
    assert.equal(analyses.length, 2);
    assert.match(
      analyses[0].results_media[0].output_images[0].original_url,
      new RegExp(`^${sandbox.url}/static/`),
    );
  });

  it('takes the address with the analyses as well: at the root or in an analysis', async () => {
    for (const [index, body] of [
      { ...quality, resolution_endpoint: `${receiver.url}/root` },
      { analyses: [{ type: 'quality', resolution_endpoint: `${receiver.url}/item` }] },
    ].entries()) {
      const folder = await api.folder([video({ face: 'ann' })]);
      const answer = await api.post(`/api/folders/${String(folder['folder_id'])}/analyses/`, body);
      assert.equal(answer.status, 201);
      await receiver.received(index + 1);
    }
    assert.deepEqual(
      receiver.messages.map(({ path }) => path),
      ['/root', '/item'],
    );
  });

  it('tries again until it is accepted, and takes a redirect for a refusal', async () => {
    receiver.statuses = [500, 302, 204];
    await api.folder([video({ face: 'ann' })], { ...quality, resolution_endpoint: `${receiver.url}/a` });
    await receiver.received(3);
    assert.ok(receiver.messages.every(({ path }) => path === '/a'));
  });

  it('sends duplicates on request', async () => {
    await api.folder([video({ face: 'ann' }, 'a.failure-webhook-duplicate.mp4')], {
      ...quality,
      resolution_endpoint: receiver.url,
    });
    await receiver.received(2);
    assert.deepEqual(receiver.messages[0], receiver.messages[1]);
  });

  it('sends a message before the order is answered on request', async () => {
    const folder = await api.folder([video({ face: 'ann' })], {
      'folder:meta_data': { sandbox: { failure: 'webhook-early', delayMs: 300 } },
      resolution_endpoint: receiver.url,
    });
    await api.order(folder['folder_id'], { type: 'quality' });
    assert.ok(receiver.messages.length > 0);
    assert.equal(Reflect.get(Object(receiver.messages[0]?.body), 'resolution_status'), 'PROCESSING');
    await receiver.received(2);
    assert.equal(Reflect.get(Object(receiver.messages[1]?.body), 'resolution_status'), 'FINISHED');
  });

  it('goes on when nobody listens', async () => {
    receiver.close();
    const folder = await api.folder([video({ face: 'ann' })], { resolution_endpoint: receiver.url });
    const [analysis] = await api.order(folder['folder_id'], { type: 'quality' });
    assert.equal((await api.decided(analysis))['resolution'], 'SUCCESS');
    assert.equal((await api.get('/api/version')).status, 200);
  });

  it('refuses an address it cannot post to', async () => {
    for (const [value, code] of [
      ['not a url', 4],
      ['file:///etc/passwd', 4],
      [7, 5],
    ] as const) {
      assertError(await api.upload('/api/folders/', [video({})], { resolution_endpoint: value }), 400, code);
    }
  });
});
