import assert from 'node:assert/strict';
import { CALLS } from './support/calls';
import { runMatrix, type Cell, type MatrixRun } from './support/cells';
import { EXPECTED } from './support/expected';
import { FAULTS } from './support/faults';

function expected({ call, fault: { name }, once }: Cell): string | undefined {
  const when = once ? 'once' : 'always';
  return call.except?.[`${name}, ${when}`] ?? EXPECTED[name]?.[when][call.kind];
}

describe('every call of every node under every fault', function () {
  this.timeout(14 * 60_000);
  let run: MatrixRun;

  before(async () => {
    run = await runMatrix(CALLS, FAULTS);
  });

  for (const { name } of FAULTS) {
    it(`${name}: exactly one outcome each, the fitting one`, () => {
      const cells = run.cells.filter(({ fault }) => fault.name === name);
      assert.ok(cells.length >= CALLS.length);
      const label = ({ call, once }: (typeof cells)[number]): string =>
        `${call.name}, ${once ? 'once' : 'always'}`;
      assert.deepEqual(
        Object.fromEntries(cells.map((cell) => [label(cell), cell.outcomes])),
        Object.fromEntries(cells.map((cell) => [label(cell), [expected(cell)]])),
      );
    });
  }

  it('nothing is made twice by a repeat', () => {
    const twice = run.cells.filter(
      ({ call, effects }) => (call.kind === 'settled' || call.kind === 'create') && effects > 1,
    );
    assert.deepEqual(
      twice.map(({ call, fault, once, effects }) => `${call.name}, ${fault.name}, ${once}: ${effects}`),
      [],
    );
  });

  it('no socket, timer or listener is left when the flow has closed', () => {
    assert.deepEqual(run.left, {});
  });
});
