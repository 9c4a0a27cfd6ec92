import assert from 'node:assert/strict';
import { createClient } from '../../client';
import { isRecord } from '../../nodes/shared/message';
import { CALLS } from './support/calls';
import { runMatrix, type Cell, type MatrixRun } from './support/cells';
import { EXPECTED } from './support/expected';
import { FAULTS } from './support/faults';

function expected({ call, fault: { name }, once }: Cell): string | undefined {
  const when = once ? 'once' : 'always';
  return call.except?.[`${name}, ${when}`] ?? EXPECTED[name]?.[when][call.kind];
}

/** What asks the server nothing, and what no message can ask for. */
const NO_CALLS = new Set([
  'testConnection',
  'analyses.hint',
  'load',
  'close',
  // The watcher's own, behind analyses.wait, and parts of other calls.
  'folders.find',
  'folders.findable',
  'folders.findableContainer',
]);

/** Names of all functions of a client, such as `folders.create`. */
function callsOf(client: object): string[] {
  return Object.entries(client).flatMap(([name, value]: [string, unknown]) => {
    if (typeof value === 'function') return [name];
    return isRecord(value) ? callsOf(value).map((inner) => `${name}.${inner}`) : [];
  });
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

  it('has a row for each call of the client', async () => {
    const client = createClient({ url: 'http://127.0.0.1:1', signIn: { kind: 'none' } });
    await client.close();
    const calls = callsOf(client).filter((name) => !NO_CALLS.has(name));
    assert.ok(calls.length > 20);
    const rows = new Set(CALLS.map(({ client: name }) => name));
    assert.deepEqual(
      calls.filter((name) => !rows.has(name)),
      [],
    );
  });

  it('nothing is made twice by a repeat', () => {
    const twice = run.cells.filter(
      ({ call, effects }) => ['settled', 'sealed', 'create'].includes(call.kind) && effects > 1,
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
