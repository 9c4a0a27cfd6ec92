import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { NodeAPI } from 'node-red';
import { isRecord } from '../shared/message';

/** The sandbox's npm package. This package does not depend on it; users install it beside this one. */
const PACKAGE = '@ozflow/oz-sandbox';

/** It loads its models before it listens. */
const START_TIMEOUT_MS = 60_000;

/** The one sandbox that this process has started: whether it listens. It ends with Node-RED. */
let started: Promise<boolean> | undefined;

/**
 * What *Use the local sandbox* asks, for those who may deploy: `GET /oz-auth/sandbox` answers `{ installed }`;
 * `POST /oz-auth/sandbox` starts it on its default port and answers `{ ok }` once it listens. It takes no parameters: a
 * request can start only this program, and only on a loopback address.
 */
export function serveLocalSandbox(RED: NodeAPI): void {
  const permission = RED.auth.needsPermission('flows.write');
  RED.httpAdmin.get('/oz-auth/sandbox', permission, (_request, response) => {
    response.json({ installed: findProgram(RED) !== undefined });
  });
  RED.httpAdmin.post('/oz-auth/sandbox', permission, (request, response) => {
    // A form on another web site cannot send JSON.
    if (!request.is('json')) {
      response.sendStatus(415);
      return;
    }
    const program = findProgram(RED);
    if (program === undefined) response.json({ ok: false });
    else {
      started ??= start(program, () => {
        started = undefined;
      });
      void started.then((ok) => response.json({ ok }));
    }
  });
}

/** The sandbox's program, where it is installed beside this package or in Node-RED's user directory. */
function findProgram(RED: NodeAPI): string | undefined {
  const userDir: unknown = RED.settings.userDir;
  for (const folder of [__dirname, ...(typeof userDir === 'string' ? [userDir] : [])]) {
    const load = createRequire(join(folder, 'any.js'));
    try {
      const manifest = load.resolve(`${PACKAGE}/package.json`);
      const { bin } = load(manifest) as { bin?: unknown };
      const program = isRecord(bin) ? bin['oz-sandbox'] : undefined;
      if (typeof program === 'string') return join(dirname(manifest), program);
    } catch {
      // Not installed here.
    }
  }
  return undefined;
}

/** Resolves once the sandbox listens, or did not in time. Never rejects. @param ended called when the sandbox has ended */
function start(program: string, ended: () => void): Promise<boolean> {
  const child = spawn(process.execPath, [program], {
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsHide: true,
  });
  const stop = (): void => void child.kill();
  process.once('exit', stop);
  return new Promise((resolve) => {
    // A sandbox that does not start in time is not left running.
    const timer = setTimeout(stop, START_TIMEOUT_MS);
    const end = (ok: boolean): void => {
      clearTimeout(timer);
      resolve(ok);
    };
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      // Keep reading, or the pipe fills up.
      if (said.length < 1000) said += text;
      if (said.includes('http://')) end(true);
    });
    const over = (): void => {
      process.off('exit', stop);
      ended();
      end(false);
    };
    child.once('error', over).once('exit', over);
  });
}
