import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeRed, type FlowNode } from '../../tools/launch/nodeRed';
import { record } from '../../tools/launch/values';
import { ACCOUNT, OzServer } from '../support/ozServer';
import { CHAIN, VIDEO } from '../support/palette';

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

  const place = { z: 'f1', x: 0, y: 0 };
  const flow = (): FlowNode[] => [
    { id: 'f1', type: 'tab', label: 'crash' },
    { id: 's1', type: 'oz-auth', url: server.url, credentials: ACCOUNT },
    {
      ...place,
      id: 'start',
      type: 'inject',
      props: [{ p: 'payload' }],
      payload: JSON.stringify([...VIDEO]),
      payloadType: 'bin',
      wires: [['n1']],
    },
    ...CHAIN.map((node, at) => ({
      ...place,
      ...node,
      server: 's1',
      ...(node.type === 'oz-result' ? { resume: true, emit: 'bestShotImage' } : {}),
      wires: [[CHAIN[at + 1]?.id ?? 'shown']],
    })),
    {
      ...place,
      id: 'shown',
      type: 'debug',
      active: true,
      tosidebar: true,
      complete: 'true',
      targetType: 'full',
      wires: [],
    },
  ];

  for (const [stage, { request, comes }] of Object.entries(STAGES)) {
    it(`during ${stage}: ${comes ? 'the result comes, once' : 'nothing comes by itself, and nothing twice'}`, async () => {
      const first = await NodeRed.start({ userDir });
      try {
        await first.deploy(flow());
        server.script(request, 'hang');
        await first.inject('start');
        await server.call(request, 30_000);
      } finally {
        await first.kill();
      }
      const before = new Set(server.folders.keys());
      const second = await NodeRed.start({ userDir });
      try {
        const events = await second.events();
        const shown = (): Record<string, unknown>[] =>
          events.debug.filter(({ id }) => id === 'shown').map(({ value }) => record(record(value)['oz']));
        if (comes) await events.debugMessage(({ id }) => id === 'shown', 30_000);
        // Whatever else the start would bring is there before the result of a message that was sent after it.
        await second.inject('start');
        await events.debugMessage(
          () => shown().some(({ folderId }) => !before.has(String(folderId))),
          30_000,
        );
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
