import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';

/** Where the editor starts the local sandbox. */
const PORT = 7700;
/** Who listens here may use the other one: areas run at the same time, and so do test runs of other checkouts. */
const TURN_PORT = 7701;

/** Whether something listens at the sandbox's usual port. */
export async function sandboxListens(): Promise<boolean> {
  const socket = connect(PORT, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

/**
 * Lets one process after the other use the sandbox's usual port. Call it inside `describe`, behind the hooks that end
 * what uses the port: the turn is over when nothing listens there any more.
 *
 * @returns a hook that waits for the turn
 */
export function turnAtSandboxPort(): (this: Mocha.Context) => Promise<void> {
  const waiting = new Set<Socket>();
  let turn: Server | undefined;
  after(async () => {
    if (turn === undefined) return;
    // A process that was told to end needs a moment for it.
    while (await sandboxListens()) await new Promise((resolve) => setImmediate(resolve));
    turn.close();
    for (const socket of waiting) socket.destroy();
  });
  return async function () {
    // Others need seconds for theirs, on a slow machine a minute.
    this.timeout(300_000);
    while (turn === undefined) {
      const server = createServer((socket) => waiting.add(socket.on('error', () => undefined)));
      server.listen(TURN_PORT, '127.0.0.1');
      const mine = await once(server, 'listening').then(
        () => true,
        () => false,
      );
      if (mine) turn = server;
      else await turnOfAnother();
    }
  };
}

/** Resolves when the process whose turn it is lets go of its connections. */
async function turnOfAnother(): Promise<void> {
  const socket = connect(TURN_PORT, '127.0.0.1').on('error', () => undefined);
  socket.resume();
  await new Promise((resolve) => socket.once('close', resolve));
}
