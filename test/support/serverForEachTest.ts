import { OzServer } from './ozServer';
import { unload } from './rig';

/**
 * Starts a server before each test of the suite; after it, unloads the flow and stops the server.
 * @param use gets each new server, usually to keep it in a variable of the suite
 */
export function serverForEachTest(
  use: (server: OzServer) => void,
  options?: Parameters<typeof OzServer.start>[0],
): void {
  let server: OzServer;
  beforeEach(async () => {
    server = await OzServer.start(options);
    use(server);
  });
  afterEach(async () => {
    await unload();
    await server.stop();
  });
}
