/**
 * Loaded into Node-RED before anything else (`--require`): times how long the palette's own node files take to load,
 * with all they pull in, and to register, and prints the running sum. No import but Node's own, so that it warms up
 * nothing the palette uses.
 */
import Module from 'node:module';

const NODE_FILE = /[\\/]dist[\\/]nodes[\\/](oz-[a-z]+)[\\/]\1\.js$/;

type Loader = (module: { exports: unknown }, filename: string) => void;

const loaders: Record<string, Loader> = Reflect.get(Module, '_extensions');
const original = loaders['.js'];
let total = 0;

loaders['.js'] = (module, filename) => {
  const node = NODE_FILE.exec(filename)?.[1];
  if (node === undefined) return original?.(module, filename);
  const startedAt = performance.now();
  original?.(module, filename);
  const loaded = performance.now() - startedAt;
  const register = module.exports;
  if (typeof register !== 'function') return;
  module.exports = (...args: unknown[]): unknown => {
    const registeredAt = performance.now();
    try {
      return Reflect.apply(register, undefined, args);
    } finally {
      total += loaded + performance.now() - registeredAt;
      console.log(`bench-load ${node} ${total.toFixed(2)}`);
    }
  };
};
