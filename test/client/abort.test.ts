import assert from 'node:assert/strict';
import { getEventListeners } from 'node:events';
import { abortError, joinSignals, onAbort, pause, unlessAborted } from '../../client/abort';
import { ozError } from '../../client/errors/errorMessages';
import { failure } from './support/calls';

describe('ending work early', () => {
  for (const which of [0, 1]) {
    it(`is passed on once, with the reason, from the ${which === 0 ? 'first' : 'second'} of two signals`, () => {
      const sources = [new AbortController(), new AbortController()] as const;
      const { signal } = joinSignals(sources[0].signal, sources[1].signal);
      let called = 0;
      onAbort(signal, () => (called += 1));
      const reason = ozError('closed');
      sources[which === 0 ? 0 : 1].abort(reason);
      sources[which === 0 ? 1 : 0].abort();
      assert.equal(called, 1);
      assert.equal(abortError(signal), reason);
    });

    it(`is known at once when the ${which === 0 ? 'first' : 'second'} of two had ended before`, () => {
      const ended = AbortSignal.abort(ozError('closed'));
      const other = new AbortController().signal;
      const { signal } = which === 0 ? joinSignals(ended, other) : joinSignals(other, ended);
      assert.equal(signal.aborted, true);
      assert.equal(abortError(signal).key, 'closed');
    });
  }

  it('hundreds of listeners to one signal are nothing that Node warns about', async () => {
    const warnings: string[] = [];
    const note = (warning: Error): unknown => warnings.push(warning.name);
    process.on('warning', note);
    const { signal } = new AbortController();
    const releases = Array.from({ length: 300 }, () => onAbort(signal, () => {}));
    await Promise.all(Array.from({ length: 300 }, () => pause(1, signal)));
    for (const release of releases) release();
    await new Promise(setImmediate);
    process.off('warning', note);
    assert.deepEqual(warnings, []);
  });

  it('is not passed on after the release, and leaves nothing with the sources', () => {
    const [long, short] = [new AbortController(), new AbortController()];
    const { signal, release } = joinSignals(long.signal, short.signal);
    assert.equal(getEventListeners(long.signal, 'abort').length, 1);
    release();
    for (const source of [long, short]) {
      assert.equal(getEventListeners(source.signal, 'abort').length, 0);
      source.abort();
    }
    assert.equal(signal.aborted, false);
  });

  it('a reason that is not ours is OZ_CANCELLED', () => {
    for (const reason of [undefined, new Error('theirs'), 'text'])
      assert.equal(abortError(AbortSignal.abort(reason)).code, 'OZ_CANCELLED');
  });

  it('ends a pause, and the waiting for a promise, and leaves no listener behind', async () => {
    const source = new AbortController();
    const waits = [
      failure(pause(60_000, source.signal)),
      failure(unlessAborted(new Promise(() => {}), source.signal)),
    ];
    await pause(1, source.signal);
    assert.equal(await unlessAborted(Promise.resolve(42), source.signal), 42);
    source.abort(ozError('closed'));
    for (const error of await Promise.all(waits)) assert.equal(error.key, 'closed');
    assert.equal((await failure(pause(60_000, source.signal))).key, 'closed');
    assert.equal(getEventListeners(source.signal, 'abort').length, 0);
  });
});
