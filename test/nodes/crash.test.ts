import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeRed } from '../../tools/launch/nodeRed';
import { record } from '../../tools/launch/values';
import { chainFlow } from '../support/chainFlow';
import { heldAnswer } from '../support/ozAnswer';
import { OzServer } from '../support/ozServer';

/** Which request is under way when the process dies, and whether the message comes out after the restart. */
const STAGES = {
  'an upload': { request: /POST \/api\/folders$/, comes: false },
  'an order of analyses': { request: /POST \/api\/folders\/[^/]+\/analyses/, comes: false },
  'a wait': { request: /GET \/api\//, comes: true },
  'a download of the best shot': { request: /GET \/static\//, comes: true },
} as const;

describe('kill -9 with "keep waiting after a restart"', function () {
  this.timeout(120_000);
  let server: OzServer;
  let userDir: string;
  beforeEach(async () => {
    server = await OzServer.start();
    userDir = await mkdtemp(join(tmpdir(), 'oz-crash-'));
  });
  afterEach(async () => {
    await server.stop();
    await rm(userDir, { recursive: true, force: true });
  });

  const flow = () => chainFlow(server.url, { n3: { resume: true, emit: 'bestShotImage' } });

  for (const [stage, { request, comes }] of Object.entries(STAGES)) {
    it(`during ${stage}: ${comes ? 'the result comes, once' : 'nothing comes by itself, and nothing twice'}`, async () => {
      const first = await NodeRed.start({ userDir });
      try {
        await first.deploy(flow());
        server.script(request, 'hang');
        await first.inject('start');
        await server.call(request);
      } finally {
        await first.kill();
      }
      const before = new Set(server.folders.keys());
      // Not before somebody listens: what a debug node showed earlier is not shown again.
      const { answer, release } = heldAnswer();
      server.script(/GET/, answer, Infinity);
      const second = await NodeRed.start({ userDir });
      try {
        const events = await second.events();
        release();
        const shown = (): Record<string, unknown>[] =>
          events.debug.filter(({ id }) => id === 'shown').map(({ value }) => record(record(value)['oz']));
        if (comes) await events.debugMessage(({ id }) => id === 'shown');
        // Whatever else the start would bring is there before the result of a message that was sent after it.
        await second.inject('start');
        await events.debugMessage(() => shown().some(({ folderId }) => !before.has(String(folderId))));
        const old = shown().filter(({ folderId }) => before.has(String(folderId)));
        assert.deepEqual(
          old.map(({ resolution, resumed }) => [resolution, resumed]),
          comes ? [['SUCCESS', true]] : [],
        );
        assert.equal(server.folders.size, before.size + 1, 'nothing was uploaded again');
        assert.equal(before.size, stage === 'an upload' ? 0 : 1);
      } finally {
        await second.stop();
      }
    });
  }
});
