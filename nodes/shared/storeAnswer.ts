/** Maximum time for one answer of a context store; a message waits no longer for it. */
const STORE_MS = 5000;

/** What a store answers. Rejects when it takes too long: one that lost its connection may never answer. */
export function answerOf(
  ask: (answer: (error?: Error | null, value?: unknown) => void) => void,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })),
      STORE_MS,
    );
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
