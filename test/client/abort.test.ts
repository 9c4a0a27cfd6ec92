import assert from 'node:assert/strict';
import { abortError, joinSignals, onAbort, Stopper } from '../../client/abort';
import { ozError } from '../../client/errors/errorMessages';

describe('ending work early', () => {
  it('calls every listener once, with the first reason, and those that were forgotten not at all', () => {
    const stopper = new Stopper();
    const called: string[] = [];
    stopper.onAbort(() => called.push('first'));
    const forget = stopper.onAbort(() => called.push('forgotten'));
    stopper.onAbort(() => called.push('last'));
    forget();
    stopper.abort(ozError('closed'));
    stopper.abort(ozError('cancelled'));
    stopper.onAbort(() => called.push('late'));
    assert.deepEqual(called, ['first', 'last']);
    assert.equal(abortError(stopper).key, 'closed');
  });

  it('lets a listener forget another one while they are called', () => {
    const stopper = new Stopper();
    const called: string[] = [];
    let forget = (): void => {};
    stopper.onAbort(() => {
      called.push('first');
      forget();
    });
    forget = stopper.onAbort(() => called.push('second'));
    stopper.abort();
    assert.deepEqual(called, ['first']);
    assert.equal(abortError(stopper).key, 'cancelled');
  });

  const sources = [
    ['a stopper', () => new Stopper()],
    ['a standard signal', () => new StandardSource()],
  ] as const;
  for (const [name, make] of sources) {
    it(`is passed on from either of two, one of them ${name}`, () => {
      for (const which of [0, 1]) {
        const own = new Stopper();
        const other = make();
        const { signal } = joinSignals(own, 'signal' in other ? other.signal : other);
        let called = 0;
        onAbort(signal, () => (called += 1));
        const reason = ozError('closed');
        (which === 0 ? own : other).abort(reason);
        (which === 0 ? other : own).abort();
        assert.equal(called, 1);
        assert.equal(abortError(signal), reason);
      }
    });

    it(`is known at once when ${name} had ended before, and not after it was let go`, () => {
      const ended = make();
      ended.abort(ozError('closed'));
      const over = joinSignals(new Stopper(), 'signal' in ended ? ended.signal : ended);
      assert.equal(abortError(over.signal).key, 'closed');
      assert.equal(over.signal.aborted, true);

      const later = make();
      const { signal, release } = joinSignals(new Stopper(), 'signal' in later ? later.signal : later);
      release();
      later.abort();
      assert.equal(signal.aborted, false);
    });
  }
});

class StandardSource {
  readonly #controller = new AbortController();
  readonly signal = this.#controller.signal;

  abort(reason?: unknown): void {
    this.#controller.abort(reason);
  }
}
