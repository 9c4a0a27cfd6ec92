import assert from 'node:assert/strict';
import { chainFlow } from '../support/chainFlow';
import { OzServer } from '../support/ozServer';
import { NodeRed, type FlowNode } from '../../tools/launch/nodeRed';
import { record } from '../../tools/launch/values';

/** Video to verdict, started by an inject node; `more` is added to the flow. */
const flowOf = (url: string, ...more: FlowNode[]): FlowNode[] =>
  chainFlow(url, { shown: { complete: 'payload', targetType: 'msg' } }, ...more);

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
    const shown = await events.debugMessage(({ id }) => id === 'n1');
    assert.equal(typeof shown.value, 'string');
    assert.match(String(shown.value), /\.$/);
    assert.doesNotMatch(JSON.stringify(shown), /object Object|\bat .*\.js/);
    const line = await nodeRed.program.lineAfter(from, /\[error\]/);
    assert.ok(line.endsWith(String(shown.value)), line);
    assert.doesNotMatch(nodeRed.log.slice(from).join('\n'), /object Object|\bat .*\.js/);
  });

  it('what a stranger calls a file: one line of the log, without commands to the terminal', async () => {
    const forged = '28 Nov 12:00:00 - [error] [oz-auth:admin] forged';
    const name = `a.txt\n${forged}\u2028${forged}\r\u001b[2J\u202e`;
    const value = { value: 'data:;base64,bm8gbWVkaWE=', options: { filename: name } };
    await nodeRed.deploy(
      flowOf(server.url).map((node) =>
        node.id === 'start'
          ? { ...node, props: [{ p: 'payload', v: JSON.stringify(value), vt: 'json' }] }
          : node,
      ),
    );
    const from = nodeRed.log.length;
    await nodeRed.inject('start');
    const line = await nodeRed.program.lineAfter(from, /\[error\]/, 10_000);
    assert.ok(line.includes('"a.txt 28 Nov') && line.endsWith('ZIP.'), JSON.stringify(line));
    for (const odd of ['\u2028', '\u001b', '\u202e']) assert.ok(!line.includes(odd), JSON.stringify(line));
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
        { id: 'catch', type: 'catch', wires: [['caught']] },
        { id: 'caught', type: 'debug', active: true, complete: 'true', wires: [] },
      ];
      const flow = flowOf(server.url, ...caught);
      await nodeRed.deploy(flow);
      const events = await nodeRed.events();
      // The deploy of the test before this one ended eight messages as well.
      events.clear();
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
        const { value } = await events.debugMessage(({ id }) => id === 'caught');
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

  it('a deploy during an upload: the line says how the folder is found', async () => {
    const upload = /POST \/api\/folders$/;
    server.script(upload, { does: true, write: () => {} });
    const flow = flowOf(server.url);
    await nodeRed.deploy(flow);
    server.calls.length = 0;
    await nodeRed.inject('start');
    await server.call(upload);
    const from = nodeRed.log.length;
    await nodeRed.deploy(flow);
    const [folder] = [...server.folders.values()].slice(-1);
    const line = nodeRed.log.slice(from).find((one) => one.includes('Stopped with messages'));
    assert.ok(line?.includes(`node_red_upload==${String(folder?.metadata['node_red_upload'])}`), line);
  });
});
