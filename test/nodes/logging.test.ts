import assert from 'node:assert/strict';
import { ACCOUNT, OzServer } from '../support/ozServer';
import { VIDEO } from '../support/palette';
import { NodeRed, type FlowNode } from '../../tools/launch/nodeRed';
import { record } from '../../tools/launch/values';

const PLACE = { z: 'f1', x: 0, y: 0 };

/** Video to verdict, started by an inject node; `more` is added to the flow. */
const flowOf = (url: string, ...more: FlowNode[]): FlowNode[] => [
  { id: 'f1', type: 'tab', label: 'test' },
  { id: 's1', type: 'oz-auth', url, credentials: ACCOUNT },
  {
    ...PLACE,
    id: 'start',
    type: 'inject',
    props: [{ p: 'payload' }],
    payload: JSON.stringify([...VIDEO]),
    payloadType: 'bin',
    wires: [['n1']],
  },
  { ...PLACE, id: 'n1', type: 'oz-upload', server: 's1', wires: [['n2']] },
  { ...PLACE, id: 'n2', type: 'oz-analyze', server: 's1', wires: [['n3']] },
  { ...PLACE, id: 'n3', type: 'oz-result', server: 's1', wires: [['shown']] },
  { ...PLACE, id: 'shown', type: 'debug', active: true, complete: 'payload', wires: [] },
  ...more,
];

describe('what a user sees without a Catch node, and of a deploy', function () {
  this.timeout(120_000);
  let server: OzServer;
  let nodeRed: NodeRed;
  before(async () => {
    nodeRed = await NodeRed.start();
  });
  after(() => nodeRed.stop());
  beforeEach(async () => {
    server = await OzServer.start();
  });
  afterEach(() => server.stop());

  it('an error: the whole sentence in the log and in the debug sidebar, and nothing else', async () => {
    server.script(/POST \/api\/folders$/, { status: 403, json: { error_code: 0, error_message: 'no' } });
    await nodeRed.deploy(flowOf(server.url));
    const events = await nodeRed.events();
    const from = nodeRed.log.length;
    await nodeRed.inject('start');
    const shown = await events.debugMessage(({ id }) => id === 'n1', 10_000);
    assert.equal(typeof shown.value, 'string');
    assert.match(String(shown.value), /\.$/);
    assert.doesNotMatch(JSON.stringify(shown), /object Object|\bat .*\.js/);
    const line = await nodeRed.program.lineAfter(from, /\[error\]/, 10_000);
    assert.ok(line.endsWith(String(shown.value)), line);
    assert.doesNotMatch(nodeRed.log.slice(from).join('\n'), /object Object|\bat .*\.js/);
  });

  it('a verdict: it stays on the canvas', async () => {
    await nodeRed.deploy(flowOf(server.url));
    const events = await nodeRed.events();
    await nodeRed.inject('start');
    const status = await events.status(({ id, text }) => id === 'n3' && text?.startsWith('passed') === true);
    assert.match(String(record(status)['text']), /^passed · 0\.\d\d$/);
  });

  for (const type of ['full', 'flows', 'nodes'] as const) {
    it(`a ${type} deploy: one line names how many messages it ended, and their folders`, async () => {
      await server.stop();
      server = await OzServer.start({ outcome: () => undefined });
      const caught: FlowNode[] = [
        { ...PLACE, id: 'catch', type: 'catch', wires: [['caught']] },
        { ...PLACE, id: 'caught', type: 'debug', active: true, complete: 'true', wires: [] },
      ];
      const flow = flowOf(server.url, ...caught);
      await nodeRed.deploy(flow);
      const events = await nodeRed.events();
      for (let count = 0; count < 8; count += 1) await nodeRed.inject('start');
      await events.status(({ id, text }) => id === 'n3' && text?.endsWith('(8)') === true);
      const from = nodeRed.log.length;
      await nodeRed.deploy(
        flow.map((node) => (node.id === 'n3' ? { ...node, name: `renamed for ${type}` } : node)),
        type,
      );
      const lines = nodeRed.log.slice(from).filter((line) => line.includes('Stopped with messages'));
      assert.equal(lines.length, 1, nodeRed.log.slice(from).join('\n'));
      assert.match(String(lines[0]), /: 8\. /);
      for (const id of server.folders.keys()) assert.ok(lines[0]?.includes(id), id);
      if (type === 'nodes') {
        const { value } = await events.debugMessage(({ id }) => id === 'caught', 10_000);
        assert.equal(record(record(value)['error'])['code'], 'OZ_CANCELLED');
      } else if (type === 'full') {
        assert.deepEqual(
          events.debug.filter(({ id }) => id === 'caught'),
          [],
          'Catch stopped as well',
        );
      }
    });
  }
});
