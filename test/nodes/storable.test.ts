import assert from 'node:assert/strict';
import { runInNewContext } from 'node:vm';
import { storable } from '../../nodes/oz-result/storable';
import { VIDEO } from '../support/palette';

describe('what is stored of a message that waits', () => {
  it('keeps plain values only: no payload, no bytes, no request, no data URL, no long text', () => {
    const circular: Record<string, unknown> = {};
    circular['self'] = circular;
    const kept = storable({
      _msgid: 'a',
      topic: 'mine',
      payload: VIDEO,
      req: { headers: {} },
      res: {},
      picture: Buffer.from('bytes'),
      list: [1, Buffer.from('x'), { deep: new Map(), fine: true }],
      dataUrl: 'data:image/jpeg;base64,AAAA',
      base64: 'A'.repeat(10_000),
      when: new Date(0),
      call: () => 1,
      circular,
      oz: { folderId: 'f1', analyses: [{ analysisId: 'a1' }] },
    });
    assert.deepEqual(JSON.parse(JSON.stringify(kept)), kept, 'it is JSON');
    const { circular: cut, ...rest } = kept;
    assert.ok(JSON.stringify(cut).length < 1000);
    assert.deepEqual(rest, {
      _msgid: 'a',
      topic: 'mine',
      list: [1, null, { fine: true }],
      oz: { folderId: 'f1', analyses: [{ analysisId: 'a1' }] },
    });
  });

  it('leaves out what throws when it is read, and ends with objects that hold each other many times', () => {
    const knot: Record<string, unknown> = {};
    for (let at = 0; at < 20; at += 1) knot[`to${at}`] = knot;
    const oz = { folderId: 'f1' };
    assert.deepEqual(storable({ topic: 'mine', oz, knot }), { topic: 'mine', oz });
    assert.deepEqual(storable({ topic: 'mine', oz, list: Array.from({ length: 10 ** 6 }) }), {
      topic: 'mine',
      oz,
    });
    const bite = {
      enumerable: true,
      get(): never {
        throw new RangeError('bitten');
      },
    };
    const { proxy, revoke } = Proxy.revocable({}, {});
    revoke();
    const msg = Object.defineProperty({ topic: 'mine', oz, a: [proxy, 1] }, 'bite', bite);
    assert.deepEqual(storable(msg), { topic: 'mine', oz, a: [null, 1] });
  });

  it('keeps what a function node made, objects of another realm', () => {
    const oz: unknown = runInNewContext(
      "({ folderId: 'f1', analyses: [{ analysisId: 'a1' }], when: new Date(0) })",
    );
    assert.deepEqual(JSON.parse(JSON.stringify(storable({ topic: 'mine', oz }))), {
      topic: 'mine',
      oz: { folderId: 'f1', analyses: [{ analysisId: 'a1' }] },
    });
  });
});
