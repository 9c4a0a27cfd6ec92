import type { Api } from '../api';

/**
 * Call it when something is sent; the returned function says when that was, in epoch seconds by the server's clock.
 * Before the server's first answer its clock is not known, and the next answer tells it: undefined until then.
 */
export function sentAt(api: Api): () => number | undefined {
  const known = api.serverTime();
  const at = performance.now();
  return () => {
    if (known !== undefined) return known;
    const now = api.serverTime();
    return now === undefined ? undefined : now - (performance.now() - at) / 1000;
  };
}
