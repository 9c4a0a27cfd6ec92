import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../tools/launch/versions';

/** The text of a collected body of the wire format; its mark and source are in `manifest.json` beside it. */
export const fixtureText = (name: string): string =>
  readFileSync(join(ROOT, 'test/fixtures/oz-api', `${name}.json`), 'utf8');

/** The same body, read. */
export const fixture = (name: string): unknown => JSON.parse(fixtureText(name));
