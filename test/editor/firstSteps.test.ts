import { strict as assert } from 'node:assert';
import type { EditorPage } from './support/editorPage';
import { EditorTest } from './support/setup';
import { sandboxListens, turnAtSandboxPort } from '../support/sandboxPort';

describe('the first steps of a new user', function () {
  this.timeout(300_000);
  const test = EditorTest.use();
  const turn = turnAtSandboxPort();
  const first = test.add('oz-auth', { url: 'https://first.example', auth: 'none' });
  const edited = test.add('oz-result', { server: first });
  const labelled = {
    upload: test.add('oz-upload', { server: first }),
    photo: test.add('oz-upload', { server: first, tags: 'selfie-photo' }),
    analyze: test.add('oz-analyze', { server: first }),
    faces: test.add('oz-analyze', { server: first, liveness: false, biometry: true }),
    result: test.add('oz-result', { server: first, emit: 'bestShotImage', raw: true, resume: true }),
    named: test.add('oz-result', { server: first, name: 'Verdict', resume: true }),
    check: test.add('oz-check', { server: first, bestShot: false }),
    token: test.add('oz-check', { server: first, action: 'sessionToken', raw: true }),
    folder: test.add('oz-folder', { server: first, action: 'delete' }),
    collection: test.add('oz-collection', { server: first, action: 'addPerson' }),
  };

  it('reads on the canvas what a node does, in the words of the language', async () => {
    const read = async (editor: EditorPage): Promise<Record<string, string>> => {
      const labels = Object.entries(labelled).map(
        async ([key, id]) => [key, await editor.canvasLabel(id)] as const,
      );
      return Object.fromEntries(await Promise.all(labels));
    };
    assert.deepEqual(await read(test.editor), {
      upload: 'upload selfie video',
      photo: 'upload selfie photo',
      analyze: 'liveness + best shot',
      faces: 'face match',
      result: 'best shot as image · raw · resumes',
      named: 'Verdict · resumes',
      check: 'check liveness',
      token: 'session token',
      folder: 'delete folder',
      collection: 'add person',
    });
    const german = await read(await test.open({ language: 'de' }));
    assert.equal(german['folder'], 'Ordner löschen');
    assert.equal(german['check'], 'Liveness prüfen');
  });

  describe('a node that is added', () => {
    it('takes the only server', async () => {
      const { editor } = test;
      const added = await editor.addNode('oz-upload');
      assert.equal(await editor.property(added, 'server'), first);
      assert.equal(await editor.property(added, 'valid'), true);
    });

    it('takes the server that was used last, once there are several', async () => {
      const { editor } = test;
      const second = await editor.addNode('oz-auth', { url: 'https://second.example', auth: 'none' });
      const unsure = await editor.addNode('oz-upload');
      assert.equal(await editor.property(unsure, 'server'), '', 'nobody has chosen yet');
      await editor.openNode(edited);
      await editor.set('server', second);
      await editor.done();
      const added = await editor.addNode('oz-check');
      assert.equal(await editor.property(added, 'server'), second);
      await editor.reload();
    });
  });

  describe('nodes that were added before there was a server', () => {
    it('take the first one as soon as one of them has it, and lose it again by one undo', async () => {
      const { editor } = test;
      await editor.page.evaluate(() => {
        RED.nodes.filterNodes({}).forEach(({ id }) => RED.nodes.remove(id));
        RED.nodes.eachConfig(({ id, type }) => void (type === 'oz-auth' && RED.nodes.remove(id)));
      });
      const [upload, result] = [await editor.addNode('oz-upload'), await editor.addNode('oz-result')];
      // As a flow that was written by hand may have it.
      const bare = await editor.page.evaluate(() => {
        const node = { id: RED.nodes.id(), type: 'oz-analyze', z: 'flow', x: 100, y: 300, wires: [[]] };
        return RED.nodes.import([node]).nodes[0]?.id ?? '';
      });
      assert.equal(await editor.property(result, 'valid'), false);
      const server = await editor.addNode('oz-auth', { url: 'https://first.example', auth: 'none' });
      await editor.openNode(upload);
      await editor.set('server', server);
      await editor.done();
      await editor.page.waitForFunction(
        ([id, wanted]) => RED.nodes.node(id ?? '')?.server === wanted,
        [result, server],
      );
      assert.equal(await editor.property(result, 'valid'), true);
      assert.equal(await editor.property(bare, 'server'), server);
      await editor.page.evaluate(() => RED.actions.invoke('core:undo'));
      assert.equal(await editor.property(result, 'server'), '');
      assert.equal(await editor.property(upload, 'server'), server);
      await editor.reload();
    });
  });

  describe('a new server', () => {
    /** Fields with a border of another colour than that of the name, which is never wrong. */
    const red = (editor: EditorPage): Promise<string[]> =>
      editor.page.evaluate(() => {
        const colour = (field: Element): string => getComputedStyle(field).borderBottomColor;
        const fields = [
          ...document.querySelectorAll('.oz-dialog input:not([type=checkbox]), .oz-dialog select'),
        ];
        const right = colour(document.querySelector('#node-config-input-name') ?? document.body);
        return fields
          .filter((field) => (field as HTMLElement).offsetParent !== null && colour(field) !== right)
          .map((field) => field.id.replace('node-config-input-', ''));
      });

    it('opens without a single red field, and tells of those that were left wrong', async () => {
      const { editor } = test;
      await editor.openNewConfig('oz-auth');
      // Moves the pointer and the focus away from what changes its colour by them.
      await editor.page.locator('.oz-dialog').hover({ position: { x: 2, y: 2 } });
      await editor.control('name').blur();
      assert.deepEqual(await red(editor), []);
      assert.equal(await editor.page.locator('.oz-error:visible').count(), 0);
      await editor.set('url', 'oz.example');
      assert.match(await editor.ozError('url'), /https:\/\//);
      assert.equal(await editor.control('url').getAttribute('aria-invalid'), 'true');
      assert.equal(await editor.page.locator('.oz-error:visible').count(), 1);
      await editor.page.locator('#oz-auth-test').click();
      assert.equal(await editor.ozError('password'), 'Enter the password');
    });

    it('keeps Test connection where it is when a field is corrected', async () => {
      const { editor } = test;
      await editor.openConfig(first);
      const button = editor.page.locator('#oz-auth-test');
      await editor.set('url', 'wrong');
      await editor.ozError('url');
      const before = await button.boundingBox();
      await editor.set('url', 'https://right.example');
      await editor.page.locator('.oz-error').waitFor({ state: 'hidden' });
      assert.deepEqual(await button.boundingBox(), before);
    });
  });

  describe('Use the local sandbox', () => {
    before(turn);

    it('fills in what it needs, names the command, and starts the one that is installed', async () => {
      const { editor } = test;
      assert.equal(await sandboxListens(), false, 'something else uses the port of the sandbox');
      await editor.openNewConfig('oz-auth');
      await editor.page.locator('#oz-auth-sandbox').click();
      const answer = editor.page.locator('#oz-auth-test-answer');
      await answer.filter({ hasText: 'The local sandbox is not running' }).waitFor();
      assert.match(await answer.innerText(), /npx @ozflow\/oz-sandbox[^]*npm run sandbox/);
      assert.deepEqual(await editor.values(['auth', 'url']), {
        auth: 'sandbox',
        url: 'http://127.0.0.1:7700',
      });
      assert.deepEqual(await editor.marked(), []);
      await answer.locator('button').click();
      await answer.filter({ hasText: 'The local sandbox is running' }).waitFor();
      assert.equal(await sandboxListens(), true);
    });
  });
});

declare const RED: {
  actions: { invoke(name: string): void };
  nodes: {
    node(id: string): { server?: string } | null;
    filterNodes(filter: object): { id: string }[];
    eachConfig(take: (node: { id: string; type: string }) => void): void;
    remove(id: string): void;
    id(): string;
    import(nodes: object[]): { nodes: { id: string }[] };
  };
};
