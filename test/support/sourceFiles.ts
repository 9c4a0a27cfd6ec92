import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { ROOT } from '../../tools/launch/versions';

const ROOMS = ['client', 'nodes', 'sandbox', 'tools', 'bench', 'test'];

/** Every TypeScript and JavaScript file that is written by hand, with its path from the root. */
export const sourceFiles = (): { file: string; text: string }[] =>
  ROOMS.flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
      .map((file) => `${room}/${file.split(sep).join('/')}`)
      .filter((file) => /\.(ts|mjs|cjs)$/.test(file) && !/\/(node_modules|dist|unpacked)\//.test(file)),
  ).map((file) => ({ file, text: readFileSync(join(ROOT, file), 'utf8') }));
