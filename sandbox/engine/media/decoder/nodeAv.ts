import { createRequire } from 'node:module';
import { join } from 'node:path';
import { USUAL, type Decoder } from './decoder';

/** Whether npm installed node-av (an optional dependency) with its binary for this platform. */
export function hasNodeAv(): boolean {
  try {
    createRequire(__filename).resolve('node-av');
    return true;
  } catch {
    return false;
  }
}

const PROGRAM = join(__dirname, 'nodeAvChild.js');

/** npm's node-av in its own Node.js process: it brings libav, so nothing else has to be installed. */
export function nodeAvDecoder(): Decoder {
  return {
    name: 'node-av',
    command: process.execPath,
    args: (path, container, reading = USUAL) => [PROGRAM, path, container, JSON.stringify(reading)],
    probe: [PROGRAM],
  };
}
