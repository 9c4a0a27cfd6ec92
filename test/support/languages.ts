import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/launch/versions';

/** Every language that there is, English first: the others are held against it. */
export const LANGUAGES: readonly string[] = [
  'en-US',
  ...readdirSync(join(ROOT, 'nodes/oz-auth/locales')).filter((language) => language !== 'en-US'),
];
