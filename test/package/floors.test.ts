import { strict as assert } from 'node:assert';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { ROOT } from '../../tools/launch/versions';

/**
 * The floors of the house, upper ones first; a floor may import from itself and from those named here, and
 * packages. A type-only import is an import.
 */
const MAY_IMPORT: Record<string, string[]> = {
  client: [],
  'nodes/shared': ['client'],
  nodes: ['nodes/shared', 'client'],
  'sandbox/engine': [],
  'sandbox/server': ['sandbox/engine'],
  'sandbox/cli': ['sandbox/server', 'sandbox/engine'],
};

/** Longest match first, so that nodes/shared is not taken for a node. */
const FLOORS = Object.keys(MAY_IMPORT).sort((a, b) => b.length - a.length);

const floorOf = (file: string): string | undefined =>
  FLOORS.find((floor) => file === floor || file.startsWith(floor + '/'));

const sourcesIn = (room: string): string[] =>
  readdirSync(join(ROOT, room), { recursive: true, encoding: 'utf8' })
    .map((file) => `${room}/${file.split(sep).join('/')}`)
    .filter((file) => /\.(ts|mjs|cjs)$/.test(file) && !/\/(node_modules|dist)\//.test(file));

const sources = FLOORS.filter((floor) => floor !== 'nodes/shared').flatMap(sourcesIn);

/** Every module a source file names: `import … from`, `export … from`, `import(…)`, `require(…)`. */
function imports(file: string): string[] {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const pattern = /(?:\bfrom\s+|\bimport\s*\(?\s*|\brequire\(\s*)(['"])([^'"\n]+)\1/g;
  return [...text.matchAll(pattern)].map((match) => match[2] ?? '');
}

/** Path from the repository's root of what a relative import names. */
const target = (file: string, name: string): string =>
  relative(ROOT, resolve(ROOT, dirname(file), name))
    .split(sep)
    .join('/');

describe('floors of the house', () => {
  it('finds the sources of every floor', () => {
    for (const floor of FLOORS)
      assert.ok(
        sources.some((file) => floorOf(file) === floor),
        floor,
      );
  });

  it('imports run downwards only', () => {
    const wrong = sources.flatMap((file) => {
      const floor = floorOf(file) ?? '';
      return imports(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => target(file, name))
        .filter((to) => {
          const other = floorOf(to);
          // A node is a house of its own: it shares by nodes/shared, not with its neighbour.
          if (floor === 'nodes' && other === 'nodes') return to.split('/')[1] !== file.split('/')[1];
          return other !== floor && !(other !== undefined && MAY_IMPORT[floor]?.includes(other));
        })
        .map((to) => `${file} imports ${to}`);
    });
    assert.deepEqual(wrong, []);
  });

  it('the palette and the sandbox know each other over HTTP only', () => {
    const wrong = sources.flatMap((file) =>
      imports(file)
        .filter((name) => name.startsWith('@ozflow/'))
        .map((name) => `${file} imports ${name}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('nothing outside of test/ imports the tests, and tools know nothing of the benchmarks', () => {
    const wrong = ['client', 'nodes', 'sandbox', 'tools', 'bench'].flatMap((room) =>
      sourcesIn(room).flatMap((file) =>
        imports(file)
          .filter((name) => name.startsWith('.'))
          .map((name) => target(file, name))
          .filter((to) => to.startsWith('test/') || (room === 'tools' && to.startsWith('bench/')))
          .map((to) => `${file} imports ${to}`),
      ),
    );
    assert.deepEqual(wrong, []);
  });

  it('nodes enter the client by its front door only', () => {
    const wrong = ['nodes'].flatMap(sourcesIn).flatMap((file) =>
      imports(file)
        .filter((name) => name.startsWith('.'))
        .map((name) => target(file, name))
        .filter((to) => floorOf(to) === 'client' && to !== 'client')
        .map((to) => `${file} imports ${to}`),
    );
    assert.deepEqual(wrong, []);
  });

  it('media and wire of the client do not know each other', () => {
    const rooms = { 'client/media': 'client/wire', 'client/wire': 'client/media' };
    const wrong = Object.entries(rooms).flatMap(([room, other]) =>
      sourcesIn(room).flatMap((file) =>
        imports(file)
          .filter((name) => name.startsWith('.') && target(file, name).startsWith(`${other}/`))
          .map((name) => `${file} imports ${name}`),
      ),
    );
    assert.deepEqual(wrong, []);
  });

  it('the client knows no Node-RED', () => {
    const wrong = sources.filter(
      (file) => floorOf(file) === 'client' && imports(file).some((name) => /node-red/.test(name)),
    );
    assert.deepEqual(wrong, []);
  });
});
