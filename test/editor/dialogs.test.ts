import { strict as assert } from 'node:assert';
import type { EditorPage } from './support/editorPage';
import { NODES, type Setting } from './support/nodes';
import { EditorTest } from './support/setup';

/** What the flow must hold after these settings. */
function expected(settings: Setting[]): Record<string, unknown> {
  return Object.fromEntries(
    settings.flatMap((setting): [string, unknown][] =>
      'type' in setting
        ? [
            [setting.property, setting.value],
            [`${setting.property}Type`, setting.type],
          ]
        : [[setting.property, setting.saved ?? setting.set]],
    ),
  );
}

/** The same as an open dialog shows it: numbers as text. */
const shown = (values: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, typeof value === 'number' ? String(value) : value]),
  );

async function apply(editor: EditorPage, settings: Setting[]): Promise<void> {
  await editor.unfold();
  for (const setting of settings) {
    if ('type' in setting) await editor.setTyped(setting.property, setting.type, setting.value);
    else await editor.set(setting.property, setting.set);
  }
}

describe('dialogs of the nodes', function () {
  this.timeout(300_000);
  const test = EditorTest.use();
  const server = test.add('oz-auth', { url: 'https://oz.example', auth: 'none' });

  for (const { type, settings, defaults } of NODES) {
    describe(type, () => {
      const properties = Object.keys(expected(settings));
      const edited = test.add(type, { server });
      const sparse = test.add(type, { server });

      it('keeps every property through Done, deploy and opening again', async () => {
        const { editor, nodeRed } = test;
        await editor.openNode(edited);
        await apply(editor, settings);
        await editor.done();
        await editor.deploy();

        const { flows } = (await nodeRed.admin('GET', '/flows')) as { flows: Record<string, unknown>[] };
        const saved = flows.find(({ id }) => id === edited) ?? {};
        const kept = Object.fromEntries(properties.map((property) => [property, saved[property]]));
        assert.deepEqual(kept, expected(settings));
        assert.equal(saved['server'], server);

        await editor.reload();
        await editor.openNode(edited);
        assert.deepEqual(await editor.values(properties), shown(expected(settings)));
        assert.deepEqual(await editor.marked(), []);
        await editor.done();
        assert.ok(!(await editor.property(edited, 'changed')), 'opening and closing changes nothing');
      });

      it('shows the default of what a flow left out, and saves it so', async () => {
        const { editor } = test;
        assert.equal(await editor.property(sparse, 'valid'), true);
        await editor.openNode(sparse);
        assert.deepEqual(await editor.values(Object.keys(defaults)), defaults);
        assert.deepEqual(await editor.marked(), []);
        await editor.done();
        const saved = await Promise.all(
          Object.keys(defaults).map(async (name) => [name, await editor.property(sparse, name)] as const),
        );
        assert.deepEqual(shown(Object.fromEntries(saved)), defaults);
        assert.equal(await editor.property(sparse, 'valid'), true);
      });

      it('has a control for every property, with a label that leads to it', async () => {
        const { editor } = test;
        await editor.openNode(sparse);
        const names = await editor.definedProperties(type);
        assert.deepEqual(
          names.toSorted(),
          [...Object.keys(defaults), 'name', 'server', 'version'].toSorted(),
        );
        assert.deepEqual(await editor.unlabelled(), []);
      });

      for (const [width, height] of [
        [800, 600],
        [1440, 900],
      ] as const) {
        it(`fits into ${width} × ${height} without scrolling sideways`, async () => {
          const { editor } = test;
          await editor.page.setViewportSize({ width, height });
          await editor.openNode(sparse);
          await editor.unfold();
          assert.deepEqual(await editor.overflowing(), []);
        });
      }
    });
  }

  describe('rows that depend on a choice', () => {
    const upload = test.add('oz-upload', { server });
    const analyze = test.add('oz-analyze', { server });
    const result = test.add('oz-result', { server });
    const folder = test.add('oz-folder', { server });
    const collection = test.add('oz-collection', { server });
    const check = test.add('oz-check', { server });
    const unfolded = test.add('oz-upload', { server, webhook: 'https://hook.example', webhookType: 'str' });

    it('ask for gesture and orientation of videos only, for tags only when they are own ones', async () => {
      const { editor } = test;
      await editor.openNode(upload);
      const rows = ['gesture', 'orientation', 'customTags'];
      assert.deepEqual(await editor.visibleRows(rows), ['gesture', 'orientation']);
      await editor.set('tags', 'selfie-photo');
      assert.deepEqual(await editor.visibleRows(rows), []);
      await editor.set('tags', 'frames-zip');
      assert.deepEqual(await editor.visibleRows(rows), ['gesture', 'orientation']);
      await editor.set('tags', 'custom');
      assert.deepEqual(await editor.visibleRows(rows), ['customTags']);
    });

    it('offer the best shot with liveness only, and keep its tick', async () => {
      const { editor } = test;
      await editor.openNode(analyze);
      await editor.set('biometry', true);
      await editor.set('liveness', false);
      assert.equal(await editor.control('bestShot').isDisabled(), true);
      await editor.done();
      assert.equal(await editor.property(analyze, 'bestShot'), true);
    });

    it('ask for a context store only of a node that survives restarts', async () => {
      const { editor } = test;
      await editor.openNode(result);
      await editor.unfold();
      assert.deepEqual(await editor.visibleRows(['store']), []);
      await editor.set('resume', true);
      assert.deepEqual(await editor.visibleRows(['store']), ['store']);
    });

    it('ask a folder node for what its action needs', async () => {
      const { editor } = test;
      await editor.openNode(folder);
      const rows = ['target', 'folder', 'targetId', 'metadata', 'since', 'limit', 'split', 'raw'];
      assert.deepEqual(await editor.visibleRows(rows), ['folder', 'raw']);
      await editor.set('action', 'list');
      assert.deepEqual(await editor.visibleRows(rows), ['since', 'limit', 'split', 'raw']);
      await editor.set('action', 'addMetadata');
      assert.deepEqual(await editor.visibleRows(rows), ['target', 'folder', 'metadata']);
      await editor.set('target', 'media');
      assert.deepEqual(await editor.visibleRows(rows), ['target', 'targetId', 'metadata']);
      await editor.set('action', 'delete');
      assert.deepEqual(await editor.visibleRows(rows), ['folder']);
    });

    it('ask a collection node for what its action needs', async () => {
      const { editor } = test;
      await editor.openNode(collection);
      const rows = ['alias', 'company', 'collection', 'person', 'image', 'media', 'metadata', 'split'];
      const needs: Record<string, string[]> = {
        list: ['split'],
        create: ['alias', 'company'],
        delete: ['collection'],
        listPersons: ['collection', 'split'],
        addPerson: ['collection', 'media', 'metadata'],
        removePerson: ['collection', 'person'],
        listImages: ['collection', 'person', 'split'],
        addImage: ['collection', 'person', 'media'],
        removeImage: ['collection', 'person', 'image'],
      };
      for (const [action, needed] of Object.entries(needs)) {
        await editor.set('action', action);
        assert.deepEqual(await editor.visibleRows(rows), needed, action);
      }
    });

    it('ask a check node nothing more when it fetches a session token', async () => {
      const { editor } = test;
      await editor.openNode(check);
      await editor.set('action', 'sessionToken');
      assert.deepEqual(await editor.visibleRows(['server', 'media', 'tags', 'liveness', 'emit']), ['server']);
    });

    it('are unfolded when a flow has set them', async () => {
      const { editor } = test;
      await editor.openNode(unfolded);
      assert.deepEqual(await editor.visibleRows(['webhook']), ['webhook']);
    });
  });

  const split = test.add('oz-result', { server });
  it('draw three outputs with their verdicts', async () => {
    const { editor } = test;
    assert.equal(await editor.outputLabel(split, 0), 'any verdict');
    await editor.openNode(split);
    await editor.set('outputs', '3');
    await editor.done();
    assert.equal(await editor.property(split, 'outputs'), 3);
    const labels = await Promise.all([0, 1, 2].map((port) => editor.outputLabel(split, port)));
    assert.deepEqual(labels, ['passed', 'declined', 'needs review']);
  });
});
