import { strict as assert } from 'node:assert';
import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Sandbox, startSandbox } from '../../tools/launch/sandbox';
import { ROOT } from '../../tools/launch/versions';
import { npm, pack, type Packed } from '../support/pack';

const run = promisify(execFile);

const PROGRAM = `
import { createClient, mediaFrom, OzError, type MediaSource, type OzClient } from '@ozflow/node-red-oz/client';
import type { OzData, OzErrorCode, SafeDetails } from '@ozflow/node-red-oz';

const client: OzClient = createClient({ url: 'http://127.0.0.1:7700', signIn: { kind: 'sandbox' } });
const media: MediaSource[] = mediaFrom(Buffer.alloc(1), { tags: [] });
export const tell = (error: unknown): [OzErrorCode, SafeDetails] | undefined =>
  error instanceof OzError ? [error.code, error.cause] : undefined;
export const seen = ({ bestShotUrl, resolution }: OzData): string => \`\${resolution} \${bestShotUrl}\`;
export const folder = client.folders.create({ media, metadata: { mine: true } });
// @ts-expect-error: no such code
export const wrong: OzErrorCode = 'OZ_NOTHING';
`;

describe('the packed palette in a TypeScript project', () => {
  let project: string;
  let packed: Packed;

  before(async function () {
    this.timeout(180_000);
    project = await mkdtemp(join(tmpdir(), 'oz-typescript-'));
    await writeFile(join(project, 'package.json'), '{ "name": "own-project", "private": true }');
    packed = await pack('.');
    await npm(['install', '--prefer-offline', '--no-audit', '--no-fund', packed.tarball], project);
    for (const name of ['@types/node', 'undici-types']) {
      await mkdir(join(project, 'node_modules', name, '..'), { recursive: true });
      await cp(join(ROOT, 'node_modules', name), join(project, 'node_modules', name), { recursive: true });
    }
  });
  after(async () => {
    await packed?.remove();
    await rm(project, { recursive: true, force: true });
  });

  for (const [module, resolution] of [
    ['nodenext', 'nodenext'],
    ['esnext', 'bundler'],
    ['node16', 'node16'],
  ] as const) {
    it(`gives each entry its types, strictly, with ${resolution} and without those of Node-RED`, async () => {
      await writeFile(join(project, 'program.ts'), PROGRAM);
      const compilerOptions = {
        module,
        moduleResolution: resolution,
        target: 'es2022',
        strict: true,
        skipLibCheck: false,
        noEmit: true,
        types: ['node'],
      };
      const config = { compilerOptions, files: ['program.ts'] };
      await writeFile(join(project, 'tsconfig.json'), JSON.stringify(config));
      const compiler = join(ROOT, 'node_modules/typescript/bin/tsc');
      const { stdout } = await run(process.execPath, [compiler, '-p', project]).catch(
        (error: { stdout: string }) => error,
      );
      assert.equal(stdout, '');
      const types = await readdir(join(project, 'node_modules/@types'));
      assert.deepEqual(types, ['node']);
    }).timeout(60_000);
  }

  it('lets nobody in by another door', async () => {
    await writeFile(join(project, 'deep.mjs'), "import '@ozflow/node-red-oz/dist/client/create.js';");
    await assert.rejects(run(process.execPath, [join(project, 'deep.mjs')]), /ERR_PACKAGE_PATH_NOT_EXPORTED/);
  });

  describe('runs the script of docs/client.md', () => {
    let sandbox: Sandbox;
    before(async function () {
      this.timeout(60_000);
      sandbox = await startSandbox();
    });
    after(() => sandbox?.stop());

    it('from a video to its best shot', async () => {
      const document = await readFile(join(ROOT, 'docs/client.md'), 'utf8');
      const script = /```js\n([\s\S]*?)```/.exec(document)?.[1] ?? '';
      assert.ok(script.trim().split('\n').length <= 16);
      await writeFile(join(project, 'check.mjs'), script);
      const video = join(ROOT, 'sandbox/samples/astronaut-combined.mp4');
      const { stdout } = await run(process.execPath, [join(project, 'check.mjs'), video], {
        env: { ...process.env, OZ_URL: sandbox.url },
      });
      assert.match(stdout, /^SUCCESS http:\/\/\S+\n$/);
    }).timeout(150_000);
  });
});
