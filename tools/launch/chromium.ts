import { tmpdir } from 'node:os';
import { type Browser, chromium } from 'playwright-core';
import { expectProgram } from './programs';

/** Chromium does not start where the path of a socket in its folder for temporary files would be too long. */
const MAX_TMPDIR_LENGTH = 60;
/** Far above what anything takes that comes at all, on a busy machine as well. */
const TIMEOUT_MS = 120_000;

/** A browser without a window: the installed one, or the one that `npm test` fetched. Close it in `after`. */
export async function openChromium(args: string[] = []): Promise<Browser> {
  const { path, env } = expectProgram('chromium');
  const browser = await chromium.launch({
    executablePath: path,
    env: { ...process.env, ...(tmpdir().length > MAX_TMPDIR_LENGTH && { TMPDIR: '/tmp' }), ...env },
    // Root in a container has no user namespace for the browser's own sandbox.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...args],
    timeout: TIMEOUT_MS,
  });
  browser.on('context', (context) => context.setDefaultTimeout(TIMEOUT_MS));
  return browser;
}
