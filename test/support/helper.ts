import helper from 'node-red-node-test-helper';
import { nodeRedModule } from './versions';

// The Node-RED this test run is about, running inside the test process.
helper.init(require.resolve(nodeRedModule()));

export { helper };
