import { join } from 'node:path';
import { Program } from './program';
import { record } from './values';
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
    const line = await program.lineAfter(0, /http:\/\/[^\s/]+/, 60_000);
    const url = /http:\/\/[^\s/]+/.exec(line)?.[0] ?? '';
    return { url, program, stop: () => program.stop() };
  } catch (error) {
    await program.stop();
    throw error;
  }
}

/** Asks the sandbox's API as its test account, without the client. */
export async function askSandbox(
  sandbox: Sandbox,
  path: string,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const credentials = { email: 'sandbox@oz.localhost', password: 'oz-sandbox' };
  const signedIn = await fetch(`${sandbox.url}/api/authorize/auth`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ credentials }),
  });
  const { access_token: token } = record(await signedIn.json());
  const answer = await fetch(sandbox.url + path, { headers: { 'X-Forensic-Access-Token': String(token) } });
  return { status: answer.status, body: record(await answer.json()) };
}
