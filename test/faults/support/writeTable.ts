import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { format, resolveConfig } from 'prettier';
import { ROOT } from '../../../tools/launch/versions';
import { BEGIN, END, faultTables } from './table';

/** `npm run docs:faults`: writes the fault matrix into docs/reliability.md. */
async function main(): Promise<void> {
  const file = join(ROOT, 'docs/reliability.md');
  const text = readFileSync(file, 'utf8');
  const [before = '', rest = ''] = text.split(BEGIN);
  const [, after = ''] = rest.split(END);
  const whole = `${before}${BEGIN}\n\n${faultTables()}\n\n${END}${after}`;
  writeFileSync(file, await format(whole, { ...(await resolveConfig(file)), filepath: file }));
}

void main();
