/** node-av uses Promise.withResolvers, which Node 20 does not have. */
export function addWithResolvers(): void {
  if ('withResolvers' in Promise) return;
  Object.defineProperty(Promise, 'withResolvers', {
    configurable: true,
    writable: true,
    value: <T>() => {
      let resolve: (value: T) => void = () => {};
      let reject: (reason: unknown) => void = () => {};
      const promise = new Promise<T>((onDone, onFail) => {
        resolve = onDone;
        reject = onFail;
      });
      return { promise, resolve, reject };
    },
  });
}
