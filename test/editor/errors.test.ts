import { strict as assert } from 'node:assert';
import { NODES } from './support/nodes';
import { EditorTest } from './support/setup';

describe('wrong input in a dialog', function () {
  this.timeout(300_000);
  const test = EditorTest.use();
  const server = test.add('oz-auth', { url: 'https://oz.example', auth: 'none' });

  const cases = [
    ['oz-upload', { tags: 'custom', customTags: ' , ' }, 'customTags', /^Enter at least one tag$/],
    ['oz-upload', { media: '' }, 'media', /Media/],
    ['oz-upload', { media: 'a..b', mediaType: 'msg' }, 'media', /^Media: not a valid path/],
    ['oz-upload', { metadata: '{', metadataType: 'json' }, 'metadata', /^Metadata: not valid JSON/],
    ['oz-upload', { folder: '$(', folderType: 'jsonata' }, 'folder', /^Add to folder: not a valid JSONata/],
    ['oz-upload', { webhook: 'hook.example', webhookType: 'str' }, 'webhook', /must start with https/],
    ['oz-analyze', { liveness: false }, 'liveness', /^Select at least one analysis$/],
    ['oz-analyze', { folder: '', folderType: 'msg' }, 'folder', /Folder/],
    [
      'oz-collection',
      { action: 'addMetadata', target: 'collection' },
      'metadata',
      /^Metadata must not be empty$/,
    ],
    ['oz-result', { timeout: 'soon' }, 'timeout', /^Maximum wait must be a number from 1 to 86400$/],
    ['oz-result', { timeout: 0 }, 'timeout', /^Maximum wait must be a number from 1 to 86400$/],
    ['oz-result', { source: 'a b', sourceType: 'msg' }, 'source', /^Wait for: not a valid path/],
  ] as const;
  for (const [type, flow, property, sentence] of cases) {
    const wrong = test.add(type, { server, ...flow });
    it(`of ${type} is marked with the reason: ${JSON.stringify(flow)}`, async () => {
      const { editor } = test;
      assert.equal(await editor.property(wrong, 'valid'), false, 'with the dialog closed');
      assert.match(String(await editor.property(wrong, 'validationErrors')), sentence);
      await editor.openNode(wrong);
      await editor.unfold();
      assert.deepEqual(await editor.marked(), [property]);
      assert.match(await editor.ozError(property), sentence);
    });
  }

  const variable = test.add('oz-result', { server, timeout: '${WAIT}', source: '${SOURCE}' });
  it('is none when it is an environment variable', async () => {
    assert.equal(await test.editor.property(variable, 'valid'), true);
  });

  for (const { type } of NODES) {
    const serverless = test.add(type);
    it(`of ${type}: no server is marked in the dialog and on the canvas`, async () => {
      const { editor } = test;
      assert.equal(await editor.property(serverless, 'valid'), false);
      await editor.openNode(serverless);
      assert.deepEqual(await editor.marked(), ['server']);
      assert.equal(await editor.ozError('server'), 'Choose or add: Oz server');
    });
  }

  // Last, because Done gives the server to all nodes that have none.
  const correctable = test.add('oz-upload', { server, tags: 'custom', customTags: '' });
  it('is marked no more once it is corrected', async () => {
    const { editor } = test;
    await editor.openNode(correctable);
    assert.deepEqual(await editor.marked(), ['customTags']);
    await editor.set('customTags', 'photo_selfie');
    assert.deepEqual(await editor.marked(), []);
    await editor.page.locator('.oz-error').waitFor({ state: 'hidden' });
    await editor.done();
    assert.equal(await editor.property(correctable, 'valid'), true);
  });
});
