import assert from 'node:assert/strict';
import { Agents } from '../../../client/transport/agents';
import { ProxyRules } from '../../../client/transport/proxy';
import type { Turn } from '../../../client/transport/queue';
import { Transport } from '../../../client/transport/transport';
import { FewAtOnce } from '../../../client/media/fewAtOnce';

describe('turns', () => {
  it('a turn that nothing was sent with goes to the next, and only once', async () => {
    const { signal } = new AbortController();
    const agents = new Agents(undefined, new ProxyRules(undefined), 1);
    const transport = new Transport(agents, { timeoutMs: 1000, maxParallel: 1 }, signal);
    const request = { lane: 'bulk', signal } as const;
    const turns: Turn[] = [];
    await assert.rejects(
      transport.inTurn(request, (turn) => {
        turns.push(turn);
        assert.equal(transport.load().running, 1);
        return Promise.reject(new Error('nothing was sent'));
      }),
      /nothing was sent/,
    );
    assert.deepEqual(transport.load(), { running: 0, queued: 0 });
    assert.equal(turns[0]?.take(), undefined);
    assert.equal(await transport.inTurn(request, async () => 'next'), 'next');
    assert.deepEqual(transport.load(), { running: 0, queued: 0 });
  });

  it('few pieces of work run at once, in order, also when one of them fails', async () => {
    const few = new FewAtOnce(2);
    let running = 0;
    const most: number[] = [];
    const began: number[] = [];
    const work = Array.from({ length: 7 }, (_, at) =>
      few.run(async () => {
        began.push(at);
        most.push((running += 1));
        await Promise.resolve();
        running -= 1;
        if (at === 1) throw new Error('failed');
        return at;
      }),
    );
    const ends = await Promise.allSettled(work);
    assert.deepEqual(began, [0, 1, 2, 3, 4, 5, 6]);
    assert.equal(Math.max(...most), 2);
    assert.deepEqual(
      ends.map(({ status }) => status === 'fulfilled'),
      [true, false, true, true, true, true, true],
    );
  });
});
