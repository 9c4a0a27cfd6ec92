import assert from 'node:assert/strict';
import { stub, useFakeTimers } from 'sinon';
import { CHAIN, errorOf, paletteRig, VIDEO } from '../support/palette';
import { helper } from '../support/helper';
import type { OzServer } from '../support/ozServer';
import type { Message } from '../support/rig';
import { serverForEachTest } from '../support/serverForEachTest';
import { record } from '../../tools/launch/values';

const UPLOAD = [{ id: 'n1', type: 'oz-upload' }];

describe('what messages and stores may hold', () => {
  let server: OzServer;
  serverForEachTest((started) => (server = started));

  it('a field that throws when it is read: an error, and the process lives', async () => {
    const { send, caught } = await paletteRig(server.url, [{ id: 'n1', type: 'oz-upload' }]);
    const broken = {
      payload: VIDEO,
      get oz(): never {
        throw new Error('unreadable');
      },
    };
    send(broken);
    const failed = await caught.next();
    assert.equal(errorOf(failed)['code'], 'OZ_RESPONSE');
    assert.deepEqual(failed.payload, VIDEO);
  });

  it('a frozen message with frozen fields is taken as any other', async () => {
    const { send, out, caught } = await paletteRig(server.url, CHAIN);
    send(Object.freeze({ payload: VIDEO, oz: Object.freeze({ mine: 1 }) }));
    const msg = await out.next();
    assert.deepEqual([record(msg['oz'])['mine'], record(msg['oz'])['resolution']], [1, 'SUCCESS']);
    assert.equal(caught.messages.length, 0);
  });

  const odd: Record<string, () => Message> = {
    'a read-only field': () => ({ oz: Object.defineProperty({ mine: 1 }, 'folderId', { value: 'old' }) }),
    'a computed field': () => ({
      oz: {
        mine: 1,
        get folderId() {
          return 'old';
        },
      },
    }),
    'a class that computes fields': () => ({
      oz: new (class {
        mine = 1;
        get folderId(): string {
          return 'old';
        }
      })(),
    }),
    'a proxy that takes nothing': () => ({ oz: new Proxy({ mine: 1 }, { set: () => false }) }),
    'a read-only place': () => Object.defineProperty({}, 'oz', { value: { mine: 1 }, enumerable: true }),
  };
  for (const [name, msg] of Object.entries(odd)) {
    it(`results are written, though msg.oz is ${name}`, async () => {
      const { send, out, caught } = await paletteRig(server.url, UPLOAD);
      send(Object.assign(msg(), { payload: VIDEO }));
      const { oz } = await out.next();
      assert.deepEqual([record(oz)['mine'], server.folders.has(String(record(oz)['folderId']))], [1, true]);
      assert.equal(caught.messages.length, 0);
    });
  }

  it('nothing is uploaded for a message that cannot take the results', async () => {
    const { send, caught } = await paletteRig(server.url, CHAIN);
    const oz = Object.defineProperty({}, 'resolution', {
      enumerable: true,
      get: () => {
        throw new Error('unreadable');
      },
    });
    send({ payload: VIDEO, oz });
    assert.equal(errorOf(await caught.next())['code'], 'OZ_RESPONSE');
    assert.equal(server.callsTo(/folders/).length, 0);
  });

  it('a context store that never answers: OZ_CONFIG, not a message without an outcome', async () => {
    const { send, caught } = await paletteRig(server.url, [
      { id: 'n1', type: 'oz-upload', media: 'selfie', mediaType: 'flow' },
    ]);
    const get = stub();
    const context = stub(helper.getNode('n1'), 'context').returns({ flow: { get } } as never);
    const clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      send({ topic: 'mine' });
      const failed = caught.next();
      while (!get.called) await new Promise(setImmediate);
      await clock.tickAsync(5000);
      assert.equal(errorOf(await failed)['code'], 'OZ_CONFIG');
    } finally {
      clock.restore();
      context.restore();
    }
  });

  it('a property that a flow file sets to null has its default', async () => {
    const { send, out } = await paletteRig(server.url, [
      { id: 'n1', type: 'oz-upload', media: null, mediaType: null },
    ]);
    send({ payload: VIDEO });
    assert.equal(typeof record((await out.next())['oz'])['folderId'], 'string');
  });
});
