/** Maximum time for one answer of a context store; a message waits no longer for it. */
const STORE_MS = 5000;
/**
 * A timer this late did not fire because the process was stopped or busy. What the store answered meanwhile is still to be
 * read, and gets this long for it.
 */
const LATE_MS = 1000;

/** What a store answers. Rejects when it takes too long: one that lost its connection may never answer. */
export function answerOf(
  ask: (answer: (error?: Error | null, value?: unknown) => void) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    let timer: NodeJS.Timeout;
    const wait = (ms: number): void => {
      const dueAt = performance.now() + ms;
      timer = setTimeout(() => {
        if (performance.now() - dueAt >= LATE_MS) wait(LATE_MS);
        else reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' }));
      }, ms);
    };
    wait(STORE_MS);
    const settle = (end: () => void): void => {
      clearTimeout(timer);
      end();
    };
    try {
      ask((error, value) => settle(() => (error ? reject(error) : resolve(value))));
    } catch (error) {
      settle(() => reject(error));
    }
  });
}
