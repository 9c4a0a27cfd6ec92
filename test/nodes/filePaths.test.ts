import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { errorOf, paletteRig, PHOTO, VIDEO, type PaletteRigOptions } from '../support/palette';
import { helper } from '../support/helper';
import { OzServer } from '../support/ozServer';
import { unload, type FlowNode, type Message } from '../support/rig';

const NODES: Record<string, Partial<FlowNode>> = {
  'oz-upload': {},
  'oz-check': {},
  'oz-collection': { action: 'addPerson', collection: 'c1', collectionType: 'str' },
};

/** Properties of settings.js, also those of our own. */
const settings = (own: Record<string, unknown>): void => void helper.settings(own);

describe('files of the machine', () => {
  let server: OzServer;
  let home: string;
  let inside: string;

  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'oz-paths-'));
    inside = join(home, 'media');
    await mkdir(inside);
    await writeFile(join(inside, 'selfie.mp4'), VIDEO);
    await writeFile(join(inside, 'notes.txt'), 'nothing of a media file');
    await writeFile(join(home, 'private.jpg'), PHOTO);
    await mkdir(join(home, 'media-2'));
    await writeFile(join(home, 'media-2', 'private.jpg'), PHOTO);
    await symlink(join(home, 'private.jpg'), join(inside, 'link.jpg'));
    await symlink(home, join(inside, 'up'));
    await symlink(join(home, 'nowhere.jpg'), join(inside, 'dangling.jpg'));
  });
  after(() => rm(home, { recursive: true }));
  beforeEach(async () => {
    server = await OzServer.start();
  });
  afterEach(async () => {
    await unload();
    settings({});
    await server.stop();
  });

  const uploads = (): unknown[] => server.callsTo(/POST .*(folders|persons)/).flatMap(({ files }) => files);

  async function refused(
    node: Partial<FlowNode> & { type: string },
    msgs: Message[],
    options: PaletteRigOptions = {},
  ): Promise<string[]> {
    const { send, caught } = await paletteRig(server.url, [{ id: 'n1', ...node }], options);
    const sentences: string[] = [];
    for (const msg of msgs) {
      send(msg);
      const error = errorOf(await caught.next());
      assert.equal(error['code'], 'OZ_MEDIA', String(error['message']));
      sentences.push(String(error['message']));
    }
    assert.deepEqual(uploads(), [], 'nothing was sent');
    return sentences;
  }

  async function sent(
    node: Partial<FlowNode> & { type: string },
    msg: Message,
    options: PaletteRigOptions = {},
  ): Promise<void> {
    const before = uploads().length;
    const { send, out, caught } = await paletteRig(server.url, [{ id: 'n1', ...node }], options);
    send(msg);
    await Promise.race([
      out.next(),
      caught.next().then((failed) => assert.fail(String(errorOf(failed)['message']))),
    ]);
    assert.equal(uploads().length, before + 1);
    await unload();
  }

  for (const [type, node] of Object.entries(NODES)) {
    it(`are not what a message may ask ${type} for, in whatever form it does`, async () => {
      const file = join(home, 'private.jpg');
      const forms: unknown[] = [
        file,
        { value: '/etc/passwd', options: { contentType: 'image/jpeg' } },
        { value: file, options: {} },
        { path: file, originalname: 'x.jpg' },
        pathToFileURL(file).href,
        [file],
        [{ value: file }],
        { value: { path: file } },
        './private.jpg',
      ];
      const messages = forms.map((payload): Message => ({ payload }));
      messages.push({ payload: { form: 'field' }, req: { files: [{ path: file, originalname: 'x.jpg' }] } });
      // No override of a message opens the way.
      for (const options of [
        { textAs: 'path' },
        { media: file },
        { media: file, mediaType: 'str', textAs: 'either' },
        { mediaFolder: '/', textAs: 'path' },
      ])
        messages.push({ payload: file, oz: { options } });
      const sentences = await refused({ type, ...node }, messages);
      for (const sentence of sentences)
        assert.match(sentence, /^Text is not read as a file path\..*"File path"/);
      const missing = await (unload(), refused({ type, ...node }, [{ payload: join(home, 'gone.jpg') }]));
      assert.deepEqual(missing, [sentences[0]], 'whether a file exists is not told');
    });
  }

  it('are read where the node says so, and where its author typed the path', async () => {
    const path = join(inside, 'selfie.mp4');
    await sent({ type: 'oz-upload', textAs: 'path' }, { payload: path });
    await sent({ type: 'oz-upload', textAs: 'either' }, { payload: { path, originalname: 'x.mp4' } });
    await sent({ type: 'oz-upload', textAs: 'either' }, { payload: VIDEO.toString('base64') });
    await sent({ type: 'oz-check', media: path, mediaType: 'str' }, {});
    process.env['OZ_TEST_MEDIA'] = path;
    await sent({ type: 'oz-upload', media: 'OZ_TEST_MEDIA', mediaType: 'env' }, {});
    delete process.env['OZ_TEST_MEDIA'];
  });

  it('of a message stay closed beside a path that the author left empty', async () => {
    const file = join(home, 'private.jpg');
    const req = { files: [{ path: file, originalname: 'x.jpg' }] };
    await refused({ type: 'oz-upload', media: '', mediaType: 'str' }, [{ payload: 'x', req }]);
  });

  it('are sniffed, whatever type was declared', async () => {
    const value = join(inside, 'notes.txt');
    const [sentence] = await refused({ type: 'oz-upload', textAs: 'path' }, [
      { payload: { value, options: { contentType: 'image/jpeg' } } },
    ]);
    assert.match(sentence ?? '', /is not a video, a photo or a ZIP/);
  });

  it('are not sent as a container because a message says so', async () => {
    const value = join(inside, 'notes.txt');
    await refused({ type: 'oz-upload', textAs: 'path' }, [{ payload: value, oz: { tags: 'container' } }]);
  });

  it('outside of the media folder are refused in the same words, there or not', async () => {
    const outside = [
      join(home, 'private.jpg'),
      join(home, 'gone.jpg'),
      home,
      '/etc/shadow',
      '/dev/zero',
      '/proc/self/environ',
      join(inside, '..', 'private.jpg'),
      `${inside}/../private.jpg`,
      `${inside}-2/private.jpg`,
      join(inside, 'link.jpg'),
      join(inside, 'up', 'private.jpg'),
      join(inside, 'up', 'gone.jpg'),
      join(inside, 'up', 'gone', 'gone.jpg'),
      join(inside, 'dangling.jpg'),
      pathToFileURL(join(home, 'private.jpg')).href,
    ];
    const sentences = await refused(
      { type: 'oz-upload', textAs: 'path' },
      outside.map((payload) => ({ payload })),
      { server: { mediaFolder: inside } },
    );
    const bare = sentences.map((sentence, at) =>
      sentence.replace(/"[^"]*"/, '""').replace(outside[at] ?? '', ''),
    );
    assert.equal(new Set(bare).size, 1, [...new Set(bare)].join('\n'));
  });

  it('inside of the media folder are read, and errors there are helpful', async () => {
    const options = { server: { mediaFolder: inside } };
    const node = { type: 'oz-upload', textAs: 'path' };
    await sent(node, { payload: join(inside, 'selfie.mp4') }, options);
    await sent(node, { payload: 'selfie.mp4' }, options);
    await sent(node, { payload: `${inside}/up/media/selfie.mp4` }, options);
    const [gone, folder] = await (server.calls.splice(0),
    refused(node, [{ payload: join(inside, 'gone.mp4') }, { payload: inside }], options));
    assert.match(gone ?? '', /does not exist/);
    assert.match(folder ?? '', /not a file/);
  });

  it('are regular ones: no device, no pipe', async () => {
    execFileSync('mkfifo', [join(inside, 'pipe')]);
    const sentences = await refused({ type: 'oz-upload', textAs: 'path' }, [
      { payload: '/dev/zero' },
      { payload: '/proc/self/environ' },
      { payload: join(inside, 'pipe') },
    ]);
    for (const sentence of sentences) assert.match(sentence, /not a file/);
  });

  it('with a relative path are found where core looks for files', async () => {
    settings({ fileWorkingDirectory: home });
    await sent({ type: 'oz-upload', textAs: 'path' }, { payload: 'media/selfie.mp4' });
    await sent({ type: 'oz-upload', media: './media/selfie.mp4', mediaType: 'str' }, {});
    const options = { server: { mediaFolder: 'media' } };
    await sent({ type: 'oz-upload', textAs: 'path' }, { payload: 'media/selfie.mp4' }, options);
  });

  it('lie in the folder of settings.js, which a flow can narrow but not widen', async () => {
    const node = { type: 'oz-upload', textAs: 'path' };
    const own = { ...node, media: join(home, 'private.jpg'), mediaType: 'str' };
    settings({ ozMediaFolder: inside });
    const widen = { server: { mediaFolder: '/' } };
    await refused(node, [{ payload: join(home, 'private.jpg') }], widen);
    await unload();
    await refused(own, [{}], widen);
    await unload();
    await sent(node, { payload: join(inside, 'selfie.mp4') }, widen);
    await sent(node, { payload: join(inside, 'selfie.mp4') });
    settings({ ozMediaFolder: home });
    await sent(node, { payload: join(home, 'private.jpg') });
    const before = server.calls.splice(0).length;
    assert.ok(before > 0);
    await refused(node, [{ payload: join(home, 'private.jpg') }], { server: { mediaFolder: inside } });
  });

  it('stay closed when the folder is not there or is none', async () => {
    const msg = { payload: join(inside, 'selfie.mp4') };
    for (const [own, mediaFolder] of [
      [{}, join(home, 'gone')],
      [{}, '${NOT_SET_ANYWHERE}'],
      [{}, join(inside, 'selfie.mp4')],
      [{ ozMediaFolder: join(home, 'gone') }, ''],
      [{ ozMediaFolder: [inside] }, ''],
    ] as const) {
      settings(own);
      const { send, caught } = await paletteRig(
        server.url,
        [{ id: 'n1', type: 'oz-upload', textAs: 'path' }],
        {
          server: { mediaFolder },
        },
      );
      send(msg);
      const error = errorOf(await caught.next());
      assert.equal(error['code'], 'OZ_CONFIG', String(error['message']));
      assert.deepEqual(uploads(), []);
      await unload();
    }
  });
});
