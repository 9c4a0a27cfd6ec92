import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../../tools/launch/versions';

/** A file of the sandbox's samples. */
export const sample = (name: string): Promise<Buffer> => readFile(join(ROOT, 'sandbox/samples', name));
