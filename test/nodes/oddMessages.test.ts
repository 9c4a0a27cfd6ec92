import assert from 'node:assert/strict';
import { CHAIN, errorOf, paletteRig, VIDEO } from '../support/palette';
import type { OzServer } from '../support/ozServer';
import type { Message } from '../support/rig';
import { serverForEachTest } from '../support/serverForEachTest';
import { record } from '../../tools/launch/values';

describe('messages that are no plain objects', () => {
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
      const { send, out, caught } = await paletteRig(server.url, CHAIN);
      send(Object.assign(msg(), { payload: VIDEO }));
      const { oz } = await out.next();
      assert.deepEqual([record(oz)['mine'], record(oz)['resolution']], [1, 'SUCCESS']);
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
});
