import type { ServerCommand, ServerReply } from './config';
import { TimingServer } from './timingServer';

/** The timing server as its own process, so that its work never counts as the flows' work. */
async function main(): Promise<void> {
  const server = new TimingServer();
  const reply = (message: ServerReply): void => void process.send?.(message);
  process.on('disconnect', () => process.exit(0));
  process.on('message', (command: ServerCommand) => {
    if (command.op === 'configure') {
      server.configure(command.config);
      reply({ op: 'configured' });
    } else {
      reply({ op: 'report', ...server.report() });
    }
  });
  reply({ op: 'listening', port: await server.listen() });
}

void main();
