import { once } from 'node:events';
import { createServer } from 'node:net';
import { Program } from './program';
import { expectProgram } from './programs';

export interface MqttBroker {
  port: number;
  stop(): Promise<void>;
}

/** Starts Mosquitto, or what stands in for it, on a free port of loopback; it keeps nothing on the disk. */
export async function startMqttBroker(): Promise<MqttBroker> {
  const { path, args = [] } = expectProgram('mosquitto');
  for (let tries = 1; ; tries += 1) {
    const port = await freePort();
    const program = new Program('The MQTT broker', path, [...args, '-v', '-p', String(port)]);
    try {
      await program.lineAfter(0, /running$/);
      return { port, stop: () => program.stop() };
    } catch (error) {
      await program.stop();
      // Somebody else may have taken the port meanwhile.
      if (tries === 3) throw error;
    }
  }
}

/** Mosquitto takes no 0 for any free one. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('The system gave no port.');
  return address.port;
}
