import { strict as assert } from 'node:assert';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exampleFor } from '../support/examples';
import { NodeRed } from '../../tools/launch/nodeRed';
import { npm, pack, type Packed } from '../support/pack';
import { type Sandbox, startSandbox } from '../../tools/launch/sandbox';
import { record } from '../../tools/launch/values';

const EXAMPLE = '1 Best shot of a selfie video';

describe('the packed palette, installed as the palette manager does it', () => {
  let userDir: string;
  let packed: Packed;
  let sandbox: Sandbox;
  let nodeRed: NodeRed;

  before(async function () {
    this.timeout(180_000);
    userDir = await mkdtemp(join(tmpdir(), 'oz-installed-'));
    await writeFile(join(userDir, 'package.json'), '{ "name": "node-red-project", "private": true }');
    packed = await pack('.');
    await npm(['install', '--prefer-offline', '--no-audit', '--no-fund', packed.tarball], userDir);
    sandbox = await startSandbox();
    nodeRed = await NodeRed.start({ userDir, linkPalette: false });
  });

  after(async () => {
    await nodeRed?.stop();
    await sandbox?.stop();
    await packed?.remove();
    await rm(userDir, { recursive: true, force: true });
  });

  it('registers its nodes without an error', async () => {
    const modules = (await nodeRed.admin('GET', '/nodes', undefined, { accept: 'application/json' })) as {
      module: string;
      types: string[];
      enabled: boolean;
      err?: string;
    }[];
    const ours = modules.filter(({ module }) => module === '@ozflow/node-red-oz');
    assert.deepEqual(
      ours.filter(({ err, enabled }) => err !== undefined || !enabled),
      [],
    );
    const types = ours.flatMap((set) => set.types);
    for (const type of ['oz-auth', 'oz-upload', 'oz-analyze', 'oz-result'])
      assert.ok(types.includes(type), type);
  });

  it('takes a message from a video to its best shot', async function () {
    this.timeout(120_000);
    const events = await nodeRed.events();
    await nodeRed.deploy(exampleFor(EXAMPLE, sandbox.url, nodeRed.url));
    await nodeRed.inject('best-shot-start');
    const { id, value } = await events.debugMessage(
      (message) => message.id === 'best-shot-shown' || message.id === 'best-shot-error',
      100_000,
    );
    assert.equal(id, 'best-shot-shown', JSON.stringify(value));
    const { resolution, bestShotUrl } = record(value);
    assert.equal(resolution, 'SUCCESS');
    const image = await fetch(String(bestShotUrl));
    assert.equal(image.headers.get('content-type'), 'image/jpeg');
    const bytes = new Uint8Array(await image.arrayBuffer());
    assert.deepEqual([...bytes.subarray(0, 3)], [0xff, 0xd8, 0xff]);
  });

  it('says nothing wrong in the log', () => {
    assert.deepEqual(
      nodeRed.log.filter((line) => /\[error\]|deprecat/i.test(line)),
      [],
    );
  });
});
