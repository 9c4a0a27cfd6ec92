import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
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
    {
      resolved?: string;
      integrity?: string;
      hasInstallScript?: boolean;
      bin?: Record<string, string>;
      dependencies?: Record<string, string>;
      optionalDependencies?: Record<string, string>;
    }
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

describe('package-lock.json', () => {
  it('holds no download address and no path of a machine', () => {
    const resolved = Object.values(lockfile.packages).flatMap(({ resolved: address }) => address ?? []);
    assert.deepEqual(
      resolved.filter((address) => !/^(sandbox|bench)$/.test(address)),
      [],
    );
  });

  it('brings no second Node onto the PATH of the npm scripts', () => {
    const second = Object.entries(lockfile.packages).filter(([, { bin }]) => bin && 'node' in bin);
    assert.deepEqual(second, []);
  });
});

describe('what npm test fetches', () => {
  for (const name of readdirSync(join(ROOT, 'tools/programs'))) {
    const { packages } = JSON.parse(text(`tools/programs/${name}/package-lock.json`)) as Lockfile;

    it(`${name}: is pinned by version and content, without an address`, () => {
      const { '': own, ...fetched } = packages;
      for (const version of Object.values({ ...own?.dependencies, ...own?.optionalDependencies })) {
        assert.match(version, /^\d+\.\d+\.\d+$/);
      }
      for (const [path, { resolved, integrity }] of Object.entries(fetched)) {
        assert.match(integrity ?? '', /^sha512-/, path);
        assert.equal(resolved, undefined, path);
      }
    });
  }
});

describe('.npmrc', () => {
  it('lets no package run a script when it is installed', () => {
    assert.match(text('.npmrc'), /^ignore-scripts=true$/m);
  });
});
