import { accessSync, constants } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

/** Programs that people install for the whole system. */
type InstalledName = 'chromium' | 'ffmpeg' | 'mosquitto';

/** Where a program is installed on this machine; undefined when it is not. */
export const installedProgram = (name: InstalledName): string | undefined =>
  placesOf(name).find(isExecutable);

function placesOf(name: InstalledName): string[] {
  if (name === 'chromium') return browserPlaces();
  return name === 'ffmpeg' ? onPath(['ffmpeg']) : mosquittoPlaces();
}

/** Debian and Homebrew put it where servers are, and the Windows installer nowhere on the PATH. */
function mosquittoPlaces(): string[] {
  const folders = ['/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin'];
  const windows = process.env['PROGRAMFILES'];
  return [
    ...onPath(['mosquitto']),
    ...folders.map((folder) => join(folder, 'mosquitto')),
    ...(windows ? [join(windows, 'mosquitto', 'mosquitto.exe')] : []),
  ];
}

/** Where Chrome, Chromium and Edge are installed; `CHROMIUM` names another program. */
function browserPlaces(): string[] {
  const named = process.env['CHROMIUM'];
  return [...(named ? [named] : []), ...usualBrowserPlaces()];
}

function usualBrowserPlaces(): string[] {
  if (process.platform === 'darwin') {
    return ['Google Chrome', 'Chromium', 'Microsoft Edge'].flatMap((name) =>
      ['/Applications', join(homedir(), 'Applications')].map((folder) =>
        join(folder, `${name}.app/Contents/MacOS/${name}`),
      ),
    );
  }
  if (process.platform === 'win32') {
    return ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((variable) => {
      const folder = process.env[variable];
      if (!folder) return [];
      const names = ['Google/Chrome', 'Chromium', 'Microsoft/Edge'];
      return names.map((name) =>
        join(folder, name, 'Application', name === 'Microsoft/Edge' ? 'msedge.exe' : 'chrome.exe'),
      );
    });
  }
  return onPath([
    'chromium',
    'chromium-browser',
    'google-chrome',
    'google-chrome-stable',
    'microsoft-edge',
    'microsoft-edge-stable',
  ]);
}

const onPath = (names: string[]): string[] =>
  names.flatMap((name) =>
    (process.env['PATH'] ?? '')
      .split(delimiter)
      .filter((folder) => folder !== '')
      .map((folder) => join(folder, process.platform === 'win32' ? `${name}.exe` : name)),
  );

/** Whether there is a file that may be run. */
export function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
