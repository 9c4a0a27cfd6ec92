import { createRequire } from 'node:module';
import type { NodeInitializer } from 'node-red';
import helper from 'node-red-node-test-helper';
import { nodeRedModule } from '../../tools/launch/versions';

const runtime = require.resolve(nodeRedModule());

// The Node-RED this test run is about, running inside the test process.
helper.init(runtime);

/** A core node of that Node-RED, such as `network/05-tls.js`. */
export const coreNode = (file: string): NodeInitializer =>
  createRequire(runtime)(`@node-red/nodes/core/${file}`);

export { helper };
