import { type Browser, chromium } from 'playwright-core';
import { expectProgram } from './programs';

/** A browser without a window: the installed one, or the one that `npm test` fetched. Close it in `after`. */
export function openChromium(args: string[] = []): Promise<Browser> {
  const { path, env } = expectProgram('chromium');
  return chromium.launch({
    executablePath: path,
    env: { ...process.env, ...env },
    // Root in a container has no user namespace for the browser's own sandbox.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...args],
  });
}
