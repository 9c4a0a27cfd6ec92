import { strict as assert } from 'node:assert';
import { posix } from 'node:path';
import { sourceFiles } from '../support/sourceFiles';

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

/** `import … from`, `export … from`, `import(…)`, `require(…)`. */
const IMPORT = /(?:\bfrom\s+|\bimport\s*\(?\s*|\brequire\(\s*)(['"])([^'"\n]+)\1/g;

/** Every module that a source file names: a package by its name, a file by its path from the root. */
const IMPORTS = sourceFiles().flatMap(({ file, text }) =>
  [...text.matchAll(IMPORT)].map(([, , name = '']) => {
    const relative = name.startsWith('.');
    return { file, relative, to: relative ? posix.join(posix.dirname(file), name) : name };
  }),
);

/** The imports that break a rule, as a failed test shows them. */
const broken = (rule: (one: (typeof IMPORTS)[number]) => boolean): string[] =>
  IMPORTS.filter(rule).map(({ file, to }) => `${file} imports ${to}`);

describe('floors of the house', () => {
  it('finds the imports of every floor', () => {
    for (const floor of FLOORS)
      assert.ok(
        IMPORTS.some(({ file }) => floorOf(file) === floor),
        floor,
      );
  });

  it('imports run downwards only', () => {
    const upwards = broken(({ file, relative, to }) => {
      const [floor, other] = [floorOf(file), floorOf(to)];
      if (floor === undefined || !relative) return false;
      // A node is a house of its own: it shares by nodes/shared, not with its neighbour.
      if (floor === 'nodes' && other === 'nodes') return to.split('/')[1] !== file.split('/')[1];
      return other !== floor && !(other !== undefined && MAY_IMPORT[floor]?.includes(other));
    });
    assert.deepEqual(upwards, []);
  });

  it('the palette and the sandbox know each other over HTTP only', () => {
    assert.deepEqual(
      broken(({ file, to }) => floorOf(file) !== undefined && to.startsWith('@ozflow/')),
      [],
    );
  });

  it('nothing outside of test/ imports the tests, and tools know nothing of the benchmarks', () => {
    const wrong = broken(
      ({ file, to }) =>
        (to.startsWith('test/') && !file.startsWith('test/')) ||
        (to.startsWith('bench/') && file.startsWith('tools/')),
    );
    assert.deepEqual(wrong, []);
  });

  it('nodes enter the client by its front door only', () => {
    assert.deepEqual(
      broken(({ file, to }) => file.startsWith('nodes/') && to.startsWith('client/')),
      [],
    );
  });

  it('media and wire of the client do not know each other', () => {
    const wrong = broken(
      ({ file, to }) =>
        (file.startsWith('client/media/') && to.startsWith('client/wire/')) ||
        (file.startsWith('client/wire/') && to.startsWith('client/media/')),
    );
    assert.deepEqual(wrong, []);
  });

  it('errors of the client know nothing of who raises them', () => {
    assert.deepEqual(
      broken(
        ({ file, relative, to }) =>
          file.startsWith('client/errors/') && relative && !to.startsWith('client/errors/'),
      ),
      [],
    );
  });

  it('the client knows no Node-RED', () => {
    assert.deepEqual(
      broken(({ file, to }) => file.startsWith('client/') && to.includes('node-red')),
      [],
    );
  });
});
