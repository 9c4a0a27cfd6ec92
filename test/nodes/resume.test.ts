import assert from 'node:assert/strict';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Comms } from '../../tools/launch/comms';
import { NodeRed } from '../../tools/launch/nodeRed';
import { chainFlow } from '../support/chainFlow';
import { helper } from '../support/helper';
import { OzServer } from '../support/ozServer';
import { serverForEachTest } from '../support/serverForEachTest';
import { CHAIN, ozOf, paletteRig, SERVER, statusOf, VIDEO } from '../support/palette';
import { type FlowNode } from '../support/rig';
import { record } from '../../tools/launch/values';

const resuming = (more: object = {}): FlowNode[] =>
  CHAIN.map((node) => (node.type === 'oz-result' ? { ...node, resume: true, ...more } : node));

describe('waits that go on', () => {
  let server: OzServer;
  serverForEachTest((started) => (server = started), { outcome: () => undefined });

  it('after a deploy: one verdict, no error, completed once', async () => {
    const { send, out, caught, completed, statuses, redeploy } = await paletteRig(server.url, resuming());
    send({ payload: VIDEO, topic: 'mine', note: { any: ['thing'] } });
    await statuses.next((msg) => statusOf(msg).startsWith('blue/ring/waiting'));
    const done = completed.messages.length;
    for (const name of ['first', 'second']) {
      await redeploy('nodes', (node) => (node.id === 'n3' ? { ...node, name } : node));
      await statuses.next((msg) => statusOf(msg).startsWith('blue/ring/waiting'));
    }
    for (const id of server.folders.keys()) server.finish(id);
    const msg = await out.next();
    assert.equal(msg.payload, ozOf(msg)['bestShotUrl']);
    assert.equal(msg['topic'], 'mine');
    assert.deepEqual(msg['note'], { any: ['thing'] });
    await completed.next((one) => record(one['oz'])['resolution'] === 'SUCCESS');
    assert.equal(completed.messages.length, done + 1);
    assert.equal(caught.messages.length, 0);
    assert.equal(ozOf(msg)['resumed'], true);
    await redeploy('full');
    send({ payload: VIDEO, topic: 'next' });
    await statuses.next((one) => statusOf(one) === 'blue/ring/waiting 0 s');
    assert.equal(out.messages.length, 1, 'nothing is left to resume');
    // No later test shall take it up.
    send({ reset: true }, 'n3');
    await caught.next();
  });

  it('not without the setting', async () => {
    const { send, caught, statuses, redeploy } = await paletteRig(server.url, resuming({ resume: false }));
    send({ payload: VIDEO });
    await statuses.next((msg) => statusOf(msg).startsWith('blue/ring/waiting'));
    await redeploy('nodes', (node) => (node.id === 'n3' ? { ...node, name: 'changed' } : node));
    assert.equal(record((await caught.next())['error'])['code'], 'OZ_CANCELLED');
  });

  it('not those that were cancelled', async () => {
    const { send, out, caught, statuses, redeploy } = await paletteRig(server.url, resuming());
    send({ payload: VIDEO });
    await statuses.next((msg) => statusOf(msg).startsWith('blue/ring/waiting'));
    send({ reset: true }, 'n3');
    await caught.next();
    await redeploy('nodes', (node) => (node.id === 'n3' ? { ...node, name: 'changed' } : node));
    const reads = server.callsTo(/GET/).length;
    send({ payload: VIDEO });
    await statuses.next((msg) => statusOf(msg) === 'blue/ring/waiting 0 s');
    assert.equal(out.messages.length, 0);
    assert.equal(server.callsTo(/GET/).length, reads);
    // No later test shall take it up.
    send({ reset: true }, 'n3');
    await caught.next();
  });

  const change =
    (id: string, more: object) =>
    (node: FlowNode): FlowNode =>
      node.id === id ? { ...node, ...more } : node;

  const PAUSES = { 'the node': 'n3', 'its server': SERVER };
  for (const [name, id] of Object.entries(PAUSES)) {
    it(`when ${name} is enabled again: the verdict comes, and nothing but that`, async () => {
      const { send, out, caught, completed, statuses, redeploy } = await paletteRig(server.url, resuming());
      send({ payload: VIDEO, topic: name });
      await statuses.next((msg) => statusOf(msg).startsWith('blue/ring/waiting'));
      await redeploy('nodes', change(id, { d: true }));
      for (const folder of server.folders.keys()) server.finish(folder);
      await redeploy('nodes', change(id, { d: false }));
      const msg = await out.next();
      assert.equal(msg['topic'], name);
      assert.equal(ozOf(msg)['resumed'], true);
      assert.deepEqual(caught.messages, []);
      await completed.next(({ topic, oz }) => topic === name && record(oz)['resumed'] === true);
    });
  }

  it('not of a node that is deleted: OZ_CANCELLED, also when it comes back', async () => {
    const { send, out, caught, statuses, redeploy } = await paletteRig(server.url, resuming());
    let deleted: FlowNode | undefined;
    send({ payload: VIDEO });
    await statuses.next((msg) => statusOf(msg).startsWith('blue/ring/waiting'));
    await redeploy('nodes', (node) => {
      if (node.id !== 'n3') return node;
      deleted = node;
      return [];
    });
    assert.equal(record((await caught.next())['error'])['code'], 'OZ_CANCELLED');
    for (const folder of server.folders.keys()) server.finish(folder);
    await redeploy('nodes', (node) => (node.id === 'n2' && deleted !== undefined ? [node, deleted] : node));
    send({ payload: VIDEO, topic: 'next' });
    await statuses.next((msg) => statusOf(msg) === 'blue/ring/waiting 0 s');
    assert.deepEqual(out.messages, []);
    send({ reset: true }, 'n3');
    await caught.next();
  });

  it('also when a deploy comes between the sending of the verdict and the next node', async () => {
    const { send, out, caught, completed, statuses, redeploy } = await paletteRig(server.url, resuming());
    send({ payload: VIDEO });
    await statuses.next((msg) => statusOf(msg).startsWith('blue/ring/waiting'));
    const closed = new Promise<void>((resolve) => {
      const next = helper.getNode('out0');
      next.receive = () => {
        Reflect.deleteProperty(next, 'receive');
        resolve(helper.getNode('n3').close(false));
      };
    });
    for (const id of server.folders.keys()) server.finish(id);
    await closed;
    await redeploy('nodes', change('n3', { name: 'changed' }));
    assert.equal(ozOf(await out.next())['resumed'], true);
    assert.deepEqual([out.messages.length, caught.messages.length], [1, 0]);
    await completed.next(({ oz }) => record(oz)['resumed'] === true);
  });

  it('one outcome each, whatever is being done with them when the deploy comes', async () => {
    const userDir = await mkdtemp(join(tmpdir(), 'oz-resume-'));
    helper.settings({ userDir });
    const { send, out, caught, statuses, redeploy } = await paletteRig(server.url, resuming());
    send({ payload: VIDEO, topic: 'first' });
    await statuses.next((msg) => statusOf(msg).startsWith('blue/ring/waiting'));
    const [folderId = ''] = server.folders.keys();
    for (let count = 0; count < 40; count += 1) {
      send({ topic: String(count), oz: { folderId } }, 'n3');
      await new Promise(setImmediate);
    }
    await redeploy('nodes', change('n3', { name: 'changed' }));
    server.finish(folderId);
    send({ topic: 'last', oz: { folderId } }, 'n3');
    await out.next(({ topic }) => topic === 'last');
    const topics = [...out.messages, ...caught.messages].map(({ topic }) => topic);
    helper.settings({});
    await rm(userDir, { recursive: true });
    assert.equal(topics.length, 42, topics.join());
    assert.equal(new Set(topics).size, 42);
  });
});

/** The texts of all files in some folders of a user directory. */
async function filesIn(userDir: string, ...folders: string[]): Promise<string[]> {
  const entries = await Promise.all(
    folders.map((folder) =>
      readdir(join(userDir, folder), { recursive: true, withFileTypes: true }).catch(() => []),
    ),
  );
  const files = entries.flat().filter((entry) => entry.isFile());
  return Promise.all(files.map((entry) => readFile(join(entry.parentPath, entry.name), 'utf8')));
}

describe('waits that go on after a restart of Node-RED', function () {
  this.timeout(120_000);
  let server: OzServer;
  let userDir: string;
  beforeEach(async () => {
    server = await OzServer.start({ outcome: () => undefined });
    userDir = await mkdtemp(join(tmpdir(), 'oz-resume-'));
  });
  afterEach(async () => {
    await server.stop();
    await rm(userDir, { recursive: true, force: true });
  });

  it('with a store on disk: the verdict comes after the restart, and no media was written', async () => {
    const file = join(userDir, 'selfie.mp4');
    await writeFile(file, VIDEO);
    const settings = {
      contextStorage: { default: { module: 'memory' }, disk: { module: 'localfilesystem' } },
    };
    const flow = chainFlow(server.url, {
      start: {
        props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }],
        payload: file,
        payloadType: 'str',
        topic: 'mine',
      },
      n1: { textAs: 'path' },
      n3: { resume: true, store: 'disk' },
    });

    const first = await NodeRed.start({ userDir, settings });
    try {
      await first.deploy(flow);
      const events = await first.events();
      await first.inject('start');
      await events.status(({ id, text }) => id === 'n3' && text?.startsWith('waiting') === true);
    } finally {
      await first.stop();
    }
    const written = await filesIn(userDir, 'context', 'oz-waits');
    const [folderId = ''] = server.folders.keys();
    assert.ok(
      written.some((text) => text.includes(folderId)),
      'the wait is on disk',
    );
    assert.ok(
      !written.some((text) => text.includes('selfie.mp4"') && text.includes('payload')),
      written.join('\n'),
    );

    let unstored: string;
    let stored: string;
    const second = await NodeRed.start({ userDir, settings });
    try {
      const events = await second.events();
      server.finish(folderId);
      const { value } = await events.debugMessage(({ id }) => id === 'shown');
      const msg = record(value);
      assert.equal(msg['topic'], 'mine');
      assert.equal(msg['payload'], record(msg['oz'])['bestShotUrl']);
      assert.equal(record(msg['oz'])['folderId'], folderId);

      events.clear();
      await second.inject('start');
      await events.status(({ id, text }) => id === 'n3' && text?.startsWith('waiting') === true);
      await rm(join(userDir, 'oz-waits'), { recursive: true });
      await writeFile(join(userDir, 'oz-waits'), 'in the way');
      for (const id of server.folders.keys()) server.finish(id);
      await events.debugMessage(({ id }) => id === 'shown');
      const line = await second.program.lineAfter(0, /\[oz-result:n3\]/);
      assert.match(line, /\[warn\].* cannot be removed/, 'the disk has a fault, the message has none');

      const begin = async (): Promise<string> => {
        const known = server.folders.size;
        await second.inject('start');
        // The first status may still be that of the wait before.
        do {
          events.clear();
          await events.status(({ id, text }) => id === 'n3' && text?.startsWith('waiting') === true);
        } while (server.folders.size === known);
        return [...server.folders.keys()].at(-1) ?? '';
      };
      unstored = await begin();
      server.finish(unstored);
      await events.debugMessage(({ id }) => id === 'shown');
      await rm(join(userDir, 'oz-waits'));
      stored = await begin();
    } finally {
      await second.stop();
    }
    const [text = '', ...more] = await filesIn(userDir, 'oz-waits');
    assert.deepEqual(
      [more, text.includes(stored), text.includes(unstored)],
      [[], true, false],
      'what is over is not stored once the disk takes waits again',
    );
  });

  /** Sends as many checks as it is told to by one press; what comes out is shown whole. */
  const manyChecks = (count: number, store: string | undefined): FlowNode[] => {
    const many = `for (let n = 0; n < ${count}; n += 1) node.send({ payload: Buffer.from(msg.payload) }); return null;`;
    const changes = { start: { wires: [['many']] }, n3: { resume: true, store } };
    return chainFlow(server.url, changes, {
      id: 'many',
      type: 'function',
      func: many,
      outputs: 1,
      wires: [['n1']],
    });
  };
  const resultsOf = (comms: Comms): Record<string, unknown>[] =>
    comms.debug.filter(({ id }) => id === 'shown').map(({ value }) => record(record(value)['oz']));

  const STORES = {
    'no context store': [{}, undefined],
    'a cached store on disk': [
      { contextStorage: { default: { module: 'memory' }, disk: { module: 'localfilesystem' } } },
      'disk',
    ],
    'a store on disk without a cache': [
      { contextStorage: { default: { module: 'localfilesystem', config: { cache: false } } } },
      undefined,
    ],
  } as const;
  /** Entries that no wait of this version looks like. */
  const damage = async (): Promise<void> => {
    const broken = [
      { msg: {}, target: 5 },
      { msg: {}, target: [{}] },
      { msg: 'text', target: { folderId: 'f' } },
    ];
    const lines = broken.map((wait, at) => `${JSON.stringify({ node: 'n3', key: `broken${at}`, wait })}\n`);
    const folder = join(userDir, 'oz-waits');
    for (const name of await readdir(folder)) {
      const text = await readFile(join(folder, name), 'utf8');
      await writeFile(join(folder, name), text + lines.join(''));
    }
  };
  for (const [name, [settings, store]] of Object.entries(STORES)) {
    it(`and after kill -9, with ${name}: 100 that wait all come, marked, each once`, async () => {
      const first = await NodeRed.start({ userDir, settings });
      try {
        await first.deploy(manyChecks(100, store));
        const events = await first.events();
        await first.inject('start');
        await events.status(({ id, text }) => id === 'n3' && text?.endsWith('(100)') === true);
      } finally {
        await first.kill();
      }
      await damage();
      const second = await NodeRed.start({ userDir, settings });
      try {
        const events = await second.events();
        // Not before somebody listens: what a debug node showed earlier is not shown again.
        for (const id of server.folders.keys()) server.finish(id);
        await events.debugMessage(() => resultsOf(events).length >= 100);
        const results = resultsOf(events);
        assert.deepEqual(
          results.map((oz) => String(oz['folderId'])).sort(),
          [...server.folders.keys()].sort(),
        );
        assert.ok(results.every((oz) => oz['resumed'] === true));
        assert.ok(!(await filesIn(userDir, 'oz-waits')).some((text) => text.includes('"payload"')));
      } finally {
        await second.stop();
      }
    });
  }

  it('each instance on one user directory goes on with its own, and with those of one that was killed', async () => {
    const first = await NodeRed.start({ userDir });
    let second: NodeRed | undefined;
    try {
      await first.deploy(manyChecks(5, undefined));
      await first.inject('start');
      await (await first.events()).status(({ id, text }) => id === 'n3' && text?.endsWith('(5)') === true);
      const [early] = server.folders.keys();
      second = await NodeRed.start({ userDir });
      const events = await second.events();
      server.finish(early ?? '');
      const own = await first.events();
      await own.debugMessage(({ id }) => id === 'shown');
      assert.deepEqual(resultsOf(events), [], 'the first instance lives and keeps its waits');
      await first.kill();
      for (const id of server.folders.keys()) server.finish(id);
      await events.debugMessage(() => resultsOf(events).filter((oz) => oz['folderId'] !== early).length >= 4);
      // The early one was sent just before the kill, maybe before that was written down: it may come again.
      const resumed = resultsOf(events).map((oz) => String(oz['folderId']));
      const others = [...server.folders.keys()].filter((id) => id !== early);
      assert.deepEqual(resumed.filter((id) => id !== early).sort(), others.sort());
      assert.deepEqual(
        resultsOf(own).map((oz) => oz['folderId']),
        [early],
      );
    } finally {
      await first.kill();
      await second?.stop();
    }
  });
});
