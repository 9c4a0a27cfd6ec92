import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

/** Debian's and Ubuntu's names for it first; `CHROMIUM` names another program. */
const NAMES = ['chromium', 'chromium-browser', 'google-chrome'];

const executable = (file: string): boolean => {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
};

/** The browser of the system; nothing is downloaded. Throws with what to install when there is none. */
export function chromiumPath(): string {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  const candidates = NAMES.flatMap((name) => folders.map((folder) => join(folder, name)));
  const found = [process.env['CHROMIUM'] ?? '', ...candidates].find(
    (file) => file !== '' && executable(file),
  );
  if (found === undefined) throw new Error('Chromium is missing. On Debian: apt-get install chromium');
  return found;
}

/** A browser without a window. Close it in `after`. */
export const openChromium = (args: string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath: chromiumPath(),
    // Root in a container has no user namespace for the browser's own sandbox.
    args: [...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...args],
  });
