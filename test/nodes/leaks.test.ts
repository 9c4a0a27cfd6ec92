import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { Node } from 'node-red';
import { NodeRed } from '../../tools/launch/nodeRed';
import type { WholeAnswer } from '../support/ozAnswer';
import type { Call } from '../support/ozCall';
import { helper } from '../support/helper';
import { ACCOUNT, OzServer } from '../support/ozServer';
import { CHAIN, paletteRig, PHOTO, SERVER, VIDEO } from '../support/palette';
import { unload, type FlowNode } from '../support/rig';
import { record } from '../../tools/launch/values';

/** Bytes that stand nowhere but in the media, on a boundary of three so that base64 shows them as they are. */
const MARK = Buffer.from('FACE-OF-SOMEBODY-0815-');
const repeated = (start: Buffer): Buffer =>
  Buffer.concat([
    start.subarray(0, start.length - (start.length % 3)),
    ...Array.from({ length: 30 }, () => MARK),
  ]);
const MARKED_VIDEO = repeated(VIDEO);
const MARKED_PHOTO = repeated(PHOTO);
/** The ways in which text may show bytes: as they are, in base64, as `inspect` and as JSON show a Buffer. */
const shapesOf = (bytes: Buffer): string[] => [
  bytes.toString('latin1'),
  ...[0, 1, 2].map((shift) => bytes.subarray(shift, shift + 18).toString('base64')),
  (bytes.toString('hex').match(/../g) ?? []).join(' '),
  [...bytes].join(','),
];
const NOTE = 'note-about-somebody-0816';
/** In parts, so that the flow that makes it does not hold it. */
const NEW_PASSWORD = ['password', 'of', 'a', 'new', 'user', '0817'];
const MARKS = [
  ACCOUNT.password,
  ACCOUNT.email,
  'unused-secret-token',
  NOTE,
  NEW_PASSWORD.join('-'),
  ...shapesOf(MARK),
];
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
const inject = (id: string, topic: string, wires: string[][], media = MARKED_VIDEO): FlowNode => ({
  ...place,
  id,
  type: 'inject',
  props: [{ p: 'payload' }, { p: 'topic', vt: 'str' }],
  payload: media.toString('base64'),
  payloadType: 'str',
  topic,
  wires,
});

describe('secrets and faces stay inside', function () {
  this.timeout(120_000);
  let server: OzServer;
  let nodeRed: NodeRed;
  let other: Server;
  /** What another host was asked. */
  const strangers: string[] = [];
  let otherUrl = '';
  /** Whether analyses go on running. */
  let running = false;

  before(async () => {
    other = createServer((request, response) => {
      strangers.push(`${request.method} ${request.url} ${JSON.stringify(request.headers)}`);
      response.end();
    }).listen(0, '127.0.0.1');
    await once(other, 'listening');
    otherUrl = `http://127.0.0.1:${Reflect.get(Object(other.address()), 'port')}`;
    server = await OzServer.start({ outcome: () => (running ? undefined : {}) });
    nodeRed = await NodeRed.start({
      settings: {
        logging: { console: { level: 'trace', metrics: true, audit: true } },
        contextStorage: { default: { module: 'localfilesystem', config: { flushInterval: 1 } } },
      },
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
      inject('startCheck', 'check', [['check']]),
      inject('startInstant', 'instant', [['instant']]),
      inject('startContainer', 'container', [['container']]),
      {
        ...place,
        id: 'instant',
        type: 'oz-check',
        server: 's1',
        instant: true,
        emit: 'bestShotImage',
        wires: [['drop']],
      },
      { ...place, id: 'container', type: 'oz-upload', server: 's1', tags: 'container', wires: [['drop']] },
      inject('startPerson', 'person', [['ids']], MARKED_PHOTO),
      { ...place, id: 'check', type: 'oz-check', server: 's1', emit: 'bestShotImage', wires: [['drop']] },
      {
        ...place,
        id: 'ids',
        type: 'function',
        func: 'msg.oz = { collectionId: "c1" }; return msg;',
        wires: [['person']],
      },
      {
        ...place,
        id: 'person',
        type: 'oz-collection',
        server: 's1',
        action: 'addPerson',
        metadata: JSON.stringify({ note: 'kept by the flow' }),
        metadataType: 'json',
        wires: [['drop']],
      },
      inject('startUser', 'user', [['newUser']]),
      {
        ...place,
        id: 'newUser',
        type: 'function',
        func: `msg.payload = { email: "new@example.com", firstName: "N", lastName: "U", password: ${JSON.stringify(NEW_PASSWORD)}.join("-") }; return msg;`,
        wires: [['user']],
      },
      // The whole message is shown, at the output and at Catch.
      { ...place, id: 'user', type: 'oz-account', server: 's1', action: 'createUser', wires: [['shown']] },
      { ...place, id: 'n1', type: 'oz-upload', server: 's1', wires: [['n2']] },
      { ...place, id: 'n2', type: 'oz-analyze', server: 's1', wires: [['n3']] },
      {
        ...place,
        id: 'n3',
        type: 'oz-result',
        server: 's1',
        emit: 'bestShotUrl',
        resume: true,
        wires: [['drop']],
      },
      {
        ...place,
        id: 'drop',
        type: 'function',
        func: 'return { topic: msg.topic, payload: typeof msg.payload };',
        wires: [['shown']],
      },
      debug('shown'),
      { ...place, id: 'catchAll', type: 'catch', wires: [['error']] },
      {
        ...place,
        id: 'error',
        type: 'function',
        func: 'return msg.topic === "user" ? msg : { topic: msg.topic, error: msg.error };',
        wires: [['failed']],
      },
      debug('failed'),
    ]);
  });
  after(async () => {
    await nodeRed.stop();
    await server.stop();
    other.closeAllConnections();
    other.close();
  });

  /** Everything that must not be seen anywhere. */
  const secrets = (): string[] => [
    ...MARKS,
    ...server.calls.flatMap(({ token }) => token ?? []),
    ...server.callsTo(/authorize/).map(() => 'expire-'),
    'signature=hidden',
  ];
  const assertClean = (text: string, where: string): void => {
    for (const secret of secrets())
      assert.ok(!text.includes(secret), `${where} holds ${secret.slice(0, 20)}…`);
  };

  it('a good run and each kind of error tell no secret, in messages, statuses and the log', async () => {
    const events = await nodeRed.events();
    await nodeRed.inject('start');
    await events.debugMessage(({ id }) => id === 'shown');
    const made = (call: Call): WholeAnswer => ({ status: 201, json: { user_id: 'u1', ...call.json } });
    server.script(/POST \/api\/users$/, made);
    await nodeRed.inject('startUser');
    await events.debugMessage(() => events.debug.filter(({ id }) => id === 'shown').length === 2);

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
    /** Tells all that it was sent, in words and in bytes. */
    const echo = ({ token, files, payload, json }: Call): WholeAnswer => ({
      status: 400,
      json: {
        error_code: 4,
        error_message: `${token} ${ACCOUNT.email} ${ACCOUNT.password}`,
        details: `${JSON.stringify(payload['folder:meta_data'] ?? null)} ${files.length} ${JSON.stringify(json)}`,
      },
    });
    const away = { status: 307, headers: { location: `${otherUrl}/x?signature=hidden` } };
    const all: [inject: string, ...(typeof failures)[number]][] = [
      ...failures.map(([where, answer]): [string, ...(typeof failures)[number]] => ['start', where, answer]),
      ['start', /GET \/api\/folders/, echo],
      ['startCheck', /POST \/api\/folders$/, echo],
      ['startCheck', /POST \/api\/folders$/, away],
      ['startCheck', /GET \/static/, { ...away, status: 302 }],
      ['startCheck', /GET \/static/, { status: 200, text: MARK.toString('latin1') }],
      ['startUser', /POST \/api\/users$/, echo],
      ['startUser', /POST \/api\/users$/, 'reset'],
      ['startUser', /POST \/api\/users$/, away],
      ['startInstant', /POST .*instant/, echo],
      ['startInstant', /POST .*instant/, 'half'],
      ['startInstant', /POST .*instant/, away],
      ['startInstant', /POST .*instant/, { status: 200, json: { surprise: MARK.toString('latin1') } }],
      ['startContainer', /POST \/api\/folders$/, echo],
      ['startContainer', /POST \/api\/folders$/, 'lost'],
      ['startContainer', /POST \/api\/folders$/, away],
      [
        'startContainer',
        /POST \/api\/folders$/,
        (call) => ({
          status: 400,
          json: { error_code: 4, error_message: `${'y'.repeat(190)}${call.token}` },
        }),
      ],
      ['startPerson', /POST .*persons$/, echo],
      ['startPerson', /POST .*persons$/, 'reset'],
      ['startPerson', /POST .*persons$/, away],
      ['startPerson', /POST .*persons$/, { status: 200, text: `<html>${MARK.toString('latin1')}</html>` }],
    ];
    for (const [index, [start, where, answer]] of all.entries()) {
      server.script(where, answer, 5);
      await nodeRed.inject(start);
      await events.debugMessage(() => events.debug.filter(({ id }) => id === 'failed').length > index);
      server.unscript();
    }
    assert.deepEqual(strangers, [], 'no other host is asked for anything');
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
    assert.equal(events.debug.filter(({ id }) => id === 'failed').length, all.length);
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

  it('nothing is written to disk but the encrypted credentials, and the ids of what is waited for', async () => {
    running = true;
    const before = server.callsTo(/POST .*analyses$/).length;
    await nodeRed.inject('start');
    while (server.callsTo(/POST .*analyses$/).length === before) await server.nextCall();
    // The first question about the result comes after the wait was written down.
    await server.nextCall();
    const files = (await readdir(nodeRed.userDir, { recursive: true, withFileTypes: true })).filter(
      (entry) => entry.isFile() && !entry.parentPath.includes('node_modules'),
    );
    for (const entry of files) {
      const text = await readFile(join(entry.parentPath, entry.name), 'utf8');
      // The flow file holds the media that the inject nodes send.
      const marks = entry.name.includes('flows') ? MARKS.slice(0, 4) : MARKS;
      for (const secret of marks)
        assert.ok(!text.includes(secret), `${entry.name} holds ${secret.slice(0, 10)}…`);
    }
    const waits = files.filter((entry) => entry.parentPath.includes('oz-waits'));
    assert.ok(waits.length > 0, 'the waits are kept on disk');
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
    assert.deepEqual(answer, { ok: true, way: 'direct', api: 'oz', signedIn: true });
  });
});

describe('what is shown of the nodes themselves', () => {
  afterEach(unload);

  it('inspecting nodes, the client and errors shows no secret', async () => {
    const server = await OzServer.start();
    try {
      const { send, out, caught } = await paletteRig(server.url, CHAIN);
      send({ payload: MARKED_VIDEO, note: NOTE });
      await out.next();
      server.script(/POST \/api\/folders$/, { status: 400, json: { error_code: 4, error_message: 'no' } });
      send({ payload: MARKED_VIDEO, note: NOTE });
      const failed = await caught.next();
      const nodes = [SERVER, ...CHAIN.map(({ id }) => id)].map((id) => helper.getNode(id));
      const auth: Node & { client?: () => Promise<unknown> } = helper.getNode(SERVER);
      const shown = [...nodes, await auth.client?.(), failed['error']].map((one) =>
        inspect(one, { depth: 12, maxArrayLength: null, maxStringLength: null }),
      );
      shown.push(...nodes.map((node) => JSON.stringify(node)));
      const tokens = server.calls.flatMap(({ token }) => token ?? []);
      assert.ok(tokens.length > 0);
      for (const text of shown)
        for (const secret of [...MARKS, ...tokens])
          assert.ok(!text.includes(secret), `${secret.slice(0, 24)} in ${text.slice(0, 300)}`);
    } finally {
      await server.stop();
    }
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
