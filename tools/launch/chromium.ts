import { type Browser, chromium } from 'playwright-core';
import { findProgram } from './programs';

/** A browser without a window: the installed one, or the one that `npm test` fetched. Close it in `after`. */
export function openChromium(args: string[] = []): Promise<Browser> {
  const found = findProgram('chromium');
  if (found === undefined) {
    throw new Error('No Chrome, Chromium or Edge is installed. `npm test -- editor` fetches one.');
  }
  return chromium.launch({
    executablePath: found.path,
    env: { ...process.env, ...found.env },
    // Root in a container has no user namespace for the browser's own sandbox.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...args],
  });
}
