#!/usr/bin/env node
'use strict';

const { existsSync } = require('node:fs');
const { join } = require('node:path');

const program = join(__dirname, '../dist/cli/main.js');
if (existsSync(program)) {
  void (async () => {
    process.exitCode = await require(program).main(process.argv.slice(2));
  })();
} else {
  process.stderr.write('oz-sandbox is not built. Run "npm run build" in the repository first.\n');
  process.exitCode = 1;
}
