import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Node, NodeAPI } from 'node-red';
import { optionsOf } from '../../nodes/shared/options';
import type { Declarations } from '../../nodes/shared/properties/declaration';
import { isPlain, settingsOf } from '../../nodes/shared/settings';
import { ROOT } from '../../tools/launch/versions';
import { NODE_TYPES, propertiesOf } from '../support/properties';

const { util } = createRequire(__filename)('@node-red/util') as { util: NodeAPI['util'] };

/** What leaving a property out meant in 0.1.0, by its document. A changed default needs a `was` in its table. */
const DEFAULTS_OF_0_1_0: Record<string, Record<string, unknown>> = {
  'oz-auth': {
    url: '',
    auth: 'password',
    tls: '',
    proxy: '',
    timeout: 30,
    maxParallel: 8,
    maxFileMB: 10,
    maxFiles: 10,
    rebaseUrls: false,
  },
  'oz-upload': {
    media: 'the payload',
    tags: 'selfie-video',
    gesture: 'blank',
    orientation: 'portrait',
    customTags: '',
    folder: undefined,
    metadata: undefined,
    webhook: undefined,
  },
  'oz-analyze': {
    folder: 'the folder',
    liveness: true,
    bestShot: true,
    biometry: false,
    collection: false,
    documents: false,
    sourceMedia: undefined,
    webhook: undefined,
  },
  'oz-result': {
    emit: 'bestShotUrl',
    raw: false,
    outputs: 1,
    timeout: 300,
    onTimeout: 'error',
    resume: false,
    store: '',
  },
  'oz-check': {
    action: 'check',
    media: 'the payload',
    tags: 'selfie-video',
    gesture: 'blank',
    orientation: 'portrait',
    customTags: '',
    instant: false,
    liveness: true,
    bestShot: true,
    biometry: false,
    collection: false,
    documents: false,
    emit: 'bestShotUrl',
    raw: false,
    outputs: 1,
    timeout: 300,
    onTimeout: 'error',
    metadata: undefined,
  },
  'oz-folder': {
    action: 'get',
    target: 'folder',
    folder: 'the folder',
    targetId: undefined,
    metadata: 'the payload',
    since: undefined,
    until: undefined,
    resolution: '',
    filter: undefined,
    limit: 100,
    split: false,
    raw: false,
  },
  'oz-collection': {
    action: 'list',
    alias: 'the payload',
    company: undefined,
    collection: 'the collection',
    person: 'the person',
    image: 'the image',
    media: 'the payload',
    metadata: undefined,
    split: false,
  },
};

const MESSAGE = {
  _msgid: '1',
  payload: 'the payload',
  oz: {
    folderId: 'the folder',
    collectionId: 'the collection',
    personId: 'the person',
    imageId: 'the image',
  },
};

/** What a node's work reads of these properties for one message. */
async function read(table: Declarations, config: Record<string, unknown>): Promise<Record<string, unknown>> {
  const source = { RED: { util } as NodeAPI, node: { id: '1' } as Node, config, msg: MESSAGE };
  const options: Record<string, unknown> = optionsOf(table, source);
  const entries = Object.entries(table)
    .filter(([name]) => name in options)
    .map(async ([name, { kind }]) => {
      const option = options[name];
      return [
        name,
        kind === 'typed' ? await (option as { value(): Promise<unknown> }).value() : option,
      ] as const;
    });
  return Object.fromEntries(await Promise.all(entries));
}

describe('flows of earlier versions', () => {
  for (const type of NODE_TYPES) {
    it(`mean by what they leave out what 0.1.0 meant: ${type}`, async () => {
      const meant = DEFAULTS_OF_0_1_0[type] ?? {};
      const now = await read(propertiesOf(type), { type });
      assert.deepEqual(Object.fromEntries(Object.keys(meant).map((name) => [name, now[name]])), meant);
    });
  }

  it('mean by what they say what they meant', () => {
    const file = join(ROOT, 'test/support/flows/0.1.0.json');
    const flow = JSON.parse(readFileSync(file, 'utf8')) as (Record<string, unknown> & { type: string })[];
    const nodes = flow.filter(({ type }) => type.startsWith('oz-'));
    assert.deepEqual(
      [...new Set(nodes.map(({ type }) => type))].toSorted(),
      Object.keys(DEFAULTS_OF_0_1_0).toSorted(),
    );
    for (const node of nodes) {
      const table = propertiesOf(node.type);
      const settings: Record<string, unknown> = settingsOf(table, node);
      for (const [name, entry] of Object.entries(table)) {
        if (isPlain(entry) && name in node) assert.equal(settings[name], node[name], `${node.type} ${name}`);
      }
    }
  });

  describe('when a default has changed since', () => {
    const table = {
      emit: {
        kind: 'choice',
        default: 'result',
        choices: ['url', 'image', 'result'],
        was: [
          { before: 1, default: 'url' },
          { before: 3, default: 'image' },
        ],
        doc: '',
      },
      place: {
        kind: 'typed',
        default: 'oz.folderId',
        type: 'msg',
        types: ['msg'],
        was: [{ before: 2, default: 'payload' }],
        doc: '',
      },
    } as const satisfies Declarations;
    const cases = [
      [{}, 'url', 'the payload'],
      [{ version: 1 }, 'image', 'the payload'],
      [{ version: 2 }, 'image', 'the folder'],
      [{ version: 3 }, 'result', 'the folder'],
      [{ emit: 'image', place: 'oz.personId' }, 'image', 'the person'],
    ] as const;
    for (const [config, emit, place] of cases) {
      it(`keep their meaning: ${JSON.stringify(config)}`, async () => {
        assert.deepEqual(await read(table, config), { emit, place });
      });
    }
  });
});
