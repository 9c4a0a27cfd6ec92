/**
 * Loaded into `node-red-dev validate`, which otherwise asks the flow library's catalogue and npm's registry: answers
 * what they would say, so that the other checks can run anywhere. What only they can know (is the name taken, are
 * the dependencies the latest) is not tested by this.
 */
const { createRequire, Module } = require('node:module');

const tool = createRequire(require.resolve('node-red-dev/package.json'));
const versions = { '5.0.7': { engines: { node: '>=22.9' } }, '4.1.15': { engines: { node: '>=18.5' } } };

tool('axios').get = async (url) => ({
  data: url.includes('catalogue')
    ? { modules: [] }
    : { 'dist-tags': { latest: '5.0.7', maintenance: '4.1.15' }, versions },
});

const stubs = {
  'npm-remote-ls': { config: () => {}, ls: (_name, _version, _flat, callback) => callback([]) },
  'npm-check': async () => ({ get: () => [] }),
};
const load = Module._load;
Module._load = (request, ...rest) => stubs[request] ?? load(request, ...rest);
