import { join } from 'node:path';
import { Program } from './program';
import { ROOT } from './versions';

export interface Sandbox {
  /** Base URL without trailing slash. */
  url: string;
  program: Program;
  stop(): Promise<void>;
}

/** Starts the sandbox as its users do, by its program, and waits until it listens. Port 0: any free one. */
export async function startSandbox(port = 0, args: string[] = []): Promise<Sandbox> {
  const file = join(ROOT, 'sandbox/bin/oz-sandbox.js');
  const program = new Program('The sandbox', process.execPath, [file, '--port', String(port), ...args]);
  try {
    const line = await program.lineAfter(0, /http:\/\/[^\s/]+/);
    const url = /http:\/\/[^\s/]+/.exec(line)?.[0] ?? '';
    return { url, program, stop: () => program.stop() };
  } catch (error) {
    await program.stop();
    throw error;
  }
}
