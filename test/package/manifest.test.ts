import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { npm } from '../support/pack';
import { ROOT } from '../../tools/launch/versions';

interface Manifest {
  name: string;
  license: string;
  homepage: string;
  repository: { url: string };
  keywords: string[];
  engines: { node: string };
  dependencies: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  scripts: Record<string, string>;
  'node-red': { version: string; nodes: Record<string, string> };
}

interface Lockfile {
  packages: Record<
    string,
    { resolved?: string; hasInstallScript?: boolean; optional?: boolean; dev?: boolean }
  >;
}

const text = (file: string): string => readFileSync(join(ROOT, file), 'utf8');
const manifest = JSON.parse(text('package.json')) as Manifest;
const sandbox = JSON.parse(text('sandbox/package.json')) as Manifest;
const lockfile = JSON.parse(text('package-lock.json')) as Lockfile;

describe('package.json', () => {
  it('says what the palette manager and the registry ask for', () => {
    assert.match(manifest.name, /^@[a-z]+\//);
    assert.equal(manifest.license, 'Apache-2.0');
    assert.ok(manifest.homepage);
    assert.ok(manifest.repository.url);
    assert.ok(manifest.keywords.includes('node-red'));
    assert.equal(manifest.engines.node, '>=20');
    assert.equal(manifest['node-red'].version, '>=4.0.0');
  });

  it('registers every node of nodes/, and nothing else', () => {
    const folders = readdirSync(join(ROOT, 'nodes'))
      .filter((name) => name.startsWith('oz-'))
      .toSorted();
    const expected = Object.fromEntries(folders.map((name) => [name, `dist/nodes/${name}/${name}.js`]));
    assert.deepEqual(manifest['node-red'].nodes, expected);
  });

  it('keeps the palette light: few dependencies, none native, no script at installation', () => {
    const names = Object.keys(manifest.dependencies);
    assert.ok(names.length <= 6, names.join(', '));
    assert.deepEqual(
      Object.keys(manifest.scripts).filter((name) => /^(pre|post)?install$|^prepare$/.test(name)),
      [],
    );
    for (const name of names) {
      assert.equal(lockfile.packages[`node_modules/${name}`]?.hasInstallScript ?? false, false, name);
    }
  });

  it('uses no package in the palette that it does not declare', () => {
    const sources = ['client', 'nodes'].flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.d.ts'))
        .map((file) => join(folder, file)),
    );
    const used = sources.flatMap((file) =>
      [...text(file).matchAll(/^(?!import type)(?:import|export)\s[^;]*?from '([^'.][^']*)'/gm)].map(
        (match) => match[1] ?? '',
      ),
    );
    const packages = new Set(
      used
        .filter((name) => !name.startsWith('node:'))
        .map((name) =>
          name
            .split('/')
            .slice(0, name.startsWith('@') ? 2 : 1)
            .join('/'),
        ),
    );
    assert.deepEqual(
      [...packages].filter((name) => !(name in manifest.dependencies)),
      [],
    );
  });

  it('has the sandbox under the same licence and version', () => {
    assert.equal(sandbox.license, manifest.license);
    assert.equal(sandbox.engines.node, manifest.engines.node);
  });
});

describe('THIRD_PARTY.md', () => {
  it('names every package that a user gets', () => {
    const packages = [manifest, sandbox].flatMap((one) =>
      Object.keys({ ...one.dependencies, ...one.optionalDependencies }),
    );
    const document = text('THIRD_PARTY.md');
    assert.deepEqual(
      packages.filter((name) => !document.includes(`[${name}]`)),
      [],
    );
  });
});

describe('npm scripts', function () {
  this.timeout(120_000);

  it('run on the Node that runs npm, not on the one that the tests bring', async () => {
    const { stdout } = await npm(
      ['exec', '--loglevel=silent', '-c', 'node tools/withRunningNode.mjs -p process.version'],
      ROOT,
    );
    assert.equal(stdout.trim(), process.version);
  });

  it('go through it wherever they run something of ours that is not the build', () => {
    const direct = Object.entries(manifest.scripts).filter(
      ([name, script]) => name !== 'build' && /\bnode (?!tools\/withRunningNode\.mjs )/.test(script),
    );
    assert.deepEqual(direct, []);
  });
});

describe('package-lock.json', () => {
  it('holds no download address and no path of a machine', () => {
    const resolved = Object.values(lockfile.packages).flatMap(({ resolved: address }) => address ?? []);
    assert.deepEqual(
      resolved.filter((address) => !/^(sandbox|test)$/.test(address)),
      [],
    );
  });
});

describe('.npmrc', () => {
  it('lets no package run a script when it is installed', () => {
    assert.match(text('.npmrc'), /^ignore-scripts=true$/m);
  });
});
