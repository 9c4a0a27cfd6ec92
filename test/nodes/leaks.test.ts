import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeRed } from '../../tools/launch/nodeRed';
import { ACCOUNT, OzServer } from '../support/ozServer';
import { VIDEO } from '../support/palette';
import type { FlowNode } from '../support/rig';
import { record } from '../../tools/launch/values';

/** Bytes of the video that stand nowhere else. */
const FACE = VIDEO.subarray(100, 160).toString('base64').slice(0, 60);
const place = { z: 'f1', x: 0, y: 0 };
const debug = (id: string): FlowNode => ({
  ...place,
  id,
  type: 'debug',
  active: true,
  tosidebar: true,
  console: true,
  complete: 'true',
  targetType: 'full',
  wires: [],
});
const inject = (id: string, topic: string, wires: string[][]): FlowNode => ({
  ...place,
  id,
  type: 'inject',
  props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }],
  payload: `data:video/mp4;base64,${VIDEO.toString('base64')}`,
  payloadType: 'str',
  topic,
  wires,
});

describe('secrets and faces stay inside', function () {
  this.timeout(120_000);
  let server: OzServer;
  let nodeRed: NodeRed;

  before(async () => {
    server = await OzServer.start();
    nodeRed = await NodeRed.start({
      settings: { logging: { console: { level: 'trace', metrics: true, audit: true } } },
    });
    await nodeRed.deploy([
      { id: 'f1', type: 'tab', label: 'leaks' },
      {
        id: 's1',
        type: 'oz-auth',
        url: server.url,
        credentials: { ...ACCOUNT, token: 'unused-secret-token' },
      },
      inject('start', 'good', [['n1']]),
      { ...place, id: 'n1', type: 'oz-upload', server: 's1', wires: [['n2']] },
      { ...place, id: 'n2', type: 'oz-analyze', server: 's1', wires: [['n3']] },
      { ...place, id: 'n3', type: 'oz-result', server: 's1', emit: 'bestShotUrl', wires: [['drop']] },
      {
        ...place,
        id: 'drop',
        type: 'function',
        func: 'return { topic: msg.topic, payload: msg.payload };',
        wires: [['shown']],
      },
      debug('shown'),
      { ...place, id: 'catchAll', type: 'catch', wires: [['error']] },
      {
        ...place,
        id: 'error',
        type: 'function',
        func: 'return { topic: msg.topic, error: msg.error };',
        wires: [['failed']],
      },
      debug('failed'),
    ]);
  });
  after(async () => {
    await nodeRed.stop();
    await server.stop();
  });

  /** Everything that must not be seen anywhere. */
  const secrets = (): string[] => [
    ACCOUNT.password,
    'unused-secret-token',
    ...server.calls.flatMap(({ token }) => token ?? []),
    ...server.callsTo(/authorize/).map(() => 'expire-'),
    'signature=hidden',
    FACE,
  ];
  const assertClean = (text: string, where: string): void => {
    for (const secret of secrets())
      assert.ok(!text.includes(secret), `${where} holds ${secret.slice(0, 20)}…`);
  };

  it('a good run and each kind of error tell no secret, in messages, statuses and the log', async () => {
    const events = await nodeRed.events();
    await nodeRed.inject('start');
    await events.debugMessage(({ id }) => id === 'shown');

    const { password } = ACCOUNT;
    const failures: [RegExp, Parameters<OzServer['script']>[1]][] = [
      [/POST \/api\/folders$/, 'reset'],
      [/POST \/api\/folders$/, { status: 500, text: `<html>${password}</html>` }],
      [
        /POST \/api\/folders$/,
        (call) => ({ status: 400, json: { error_code: 4, error_message: `token ${call.token}` } }),
      ],
      [
        /POST \/api\/folders$/,
        { status: 307, headers: { location: 'http://127.0.0.1:1/x?signature=hidden' } },
      ],
      [
        /POST .*analyses$/,
        (call) => ({ status: 400, json: { error_code: 4, error_message: `token ${call.token}` } }),
      ],
    ];
    for (const [index, [where, answer]] of failures.entries()) {
      server.script(where, answer, 5);
      await nodeRed.inject('start');
      await events.debugMessage(() => events.debug.filter(({ id }) => id === 'failed').length > index);
      server.unscript();
    }
    assertClean(JSON.stringify(events.debug), 'the debug pane');
    assertClean(JSON.stringify(events.statuses), 'a status');
    const { log } = nodeRed;
    assertClean(log.join('\n'), 'the log');
    assert.match(
      log.join('\n'),
      /POST \/api\/folders/,
      'the requests are in the trace, without their secrets',
    );
    assert.match(log.join('\n'), /node\.oz-upload\.size\.bytes/, 'and the figures in the metrics');
    assert.match(log.join('\n'), /node\.oz-result\.duration\.millis/);
    assert.ok(events.debug.filter(({ id }) => id === 'failed').length >= failures.length);
  });

  it('neither the flows, nor an export, nor the credentials answer tell them', async () => {
    const flows = JSON.stringify(await nodeRed.admin('GET', '/flows'));
    const flow = JSON.stringify(await nodeRed.admin('GET', '/flow/global'));
    for (const text of [flows, flow]) {
      for (const secret of [ACCOUNT.password, ACCOUNT.email, 'unused-secret-token'])
        assert.ok(!text.includes(secret));
    }
    const shown = record(await nodeRed.admin('GET', '/credentials/oz-auth/s1'));
    assert.deepEqual(shown, { email: ACCOUNT.email, has_password: true, has_token: true });
  });

  it('nothing is written to disk but the encrypted credentials', async () => {
    const files = (await readdir(nodeRed.userDir, { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile() && !entry.parentPath.includes('node_modules'),
    );
    for (const entry of files) {
      const text = await readFile(join(entry.parentPath, entry.name), 'utf8');
      for (const secret of [ACCOUNT.password, ACCOUNT.email, 'unused-secret-token']) {
        assert.ok(!text.includes(secret), `${entry.name} holds ${secret.slice(0, 10)}…`);
      }
    }
  });

  it('the connection test is for those who may deploy, and tells no secret', async () => {
    const answer = await nodeRed.admin('POST', '/oz-auth/test', {
      id: 's1',
      url: server.url,
      auth: 'password',
      email: ACCOUNT.email,
      password: '__PWRD__',
      token: '',
      tls: '',
      proxy: '',
      timeout: '5',
    });
    assert.deepEqual(answer, { ok: true, way: 'direct', signedIn: true });
  });
});

describe('the connection test with sign-in to the editor', function () {
  this.timeout(60_000);

  it('refuses who may only read', async () => {
    const nodeRed = await NodeRed.start({
      settings: {
        adminAuth: { type: 'credentials', users: [], default: { permissions: 'read' } },
      },
    });
    try {
      const answer = await fetch(`${nodeRed.url}/oz-auth/test`, { method: 'POST' });
      assert.equal(answer.status, 401);
    } finally {
      await nodeRed.stop();
    }
  });
});
