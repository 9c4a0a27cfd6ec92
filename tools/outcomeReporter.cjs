/** Mocha's own `spec` report, and the outcome of the run as JSON in the file that TEST_OUTCOME names. */
const { writeFileSync } = require('node:fs');
const { reporters } = require('mocha');

module.exports = class OutcomeReporter extends reporters.Spec {
  constructor(runner, options) {
    super(runner, options);
    const skipped = [];
    runner.on('pending', (test) => skipped.push(`${test.fullTitle()}\nskipped: this counts as failed`));
    runner.once('end', () => {
      const failed = this.failures.map((test) => `${test.fullTitle()}\n${test.err?.stack}`);
      const outcome = { passed: runner.stats.passes, failures: [...failed, ...skipped] };
      writeFileSync(process.env.TEST_OUTCOME, JSON.stringify(outcome));
    });
  }
};
