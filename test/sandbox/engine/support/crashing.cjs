'use strict';
// A worker whose jobs do what no real one should: `name` says what.
module.exports = async ({ name, port }) => {
  port.postMessage({ thread: require('node:worker_threads').threadId });
  if (name === 'exit') process.exit(1);
  if (name === 'throw')
    setTimeout(() => {
      throw new Error('out of nowhere');
    });
  if (name === 'hang') for (;;);
  if (name !== 'ok') await new Promise(() => {});
  return { report: { kind: 'image' } };
};
