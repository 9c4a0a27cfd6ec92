import { strict as assert } from 'node:assert';
import { EditorTest } from './support/setup';
import { startSandbox, type Sandbox } from '../../tools/launch/sandbox';
import { askSandbox } from '../support/askSandbox';

describe('the list of collections in the dialogs', function () {
  this.timeout(300_000);
  const test = EditorTest.use();
  const away = test.add('oz-auth', { url: 'http://127.0.0.1:1', auth: 'none' });
  const local = test.add('oz-auth', { url: 'http://127.0.0.1:1', auth: 'sandbox' });
  const nodes = {
    'oz-analyze': test.add('oz-analyze', { server: local, collection: true }),
    'oz-check': test.add('oz-check', { server: local, collection: true }),
  };
  const lost = test.add('oz-analyze', { server: away, collection: true });
  const bare = test.add('oz-analyze', { collection: true });
  let sandbox: Sandbox;
  let created: string;

  before(async () => {
    sandbox = await startSandbox();
    const companies = await askSandbox(sandbox, '/api/companies/');
    const [company] = companies.body['items'] as { company_id: string }[];
    const wanted = { alias: 'Wanted persons', company_id: company?.company_id };
    created = String((await askSandbox(sandbox, '/api/collections/', wanted)).body['collection_id']);
    // As somebody types the address in, without a deploy.
    await test.editor.page.evaluate(
      ([id, url]) => {
        const { RED } = globalThis as unknown as { RED: { nodes: { node(id: string): { url: string } } } };
        RED.nodes.node(id ?? '').url = url ?? '';
      },
      [local, sandbox.url],
    );
  });
  after(() => sandbox?.stop());

  for (const [type, id] of Object.entries(nodes)) {
    it(`lets one be chosen by its name in ${type}, and keeps its id`, async () => {
      const { editor } = test;
      await editor.openNode(id);
      const { page } = editor;
      await page.locator('#node-input-collectionId-list').click();
      const choice = page.locator('#node-input-collectionId-choice');
      await choice.locator('option', { hasText: 'Wanted persons' }).waitFor({ state: 'attached' });
      await choice.selectOption({ label: 'Wanted persons' });
      assert.deepEqual(await editor.values(['collectionId', 'collectionIdType']), {
        collectionId: created,
        collectionIdType: 'str',
      });
      assert.deepEqual(await editor.overflowing(), []);
      await editor.done();
      await editor.openNode(id);
      await page.locator('#node-input-collectionId-list').click();
      await choice.locator('option', { hasText: 'Wanted persons' }).waitFor({ state: 'attached' });
      assert.equal(await choice.inputValue(), created, 'the one that is set is shown by its name');
    });
  }

  it('says why it cannot be shown', async () => {
    const { editor } = test;
    await editor.openNode(lost);
    const said = editor.page.locator('#node-input-collectionId-said');
    await editor.page.locator('#node-input-collectionId-list').click();
    await said.getByText(/cannot be shown: .*127\.0\.0\.1/).waitFor();
    assert.equal(await editor.page.locator('#node-input-collectionId-choice').count(), 0);
  });

  it('asks for a server first', async () => {
    const { editor } = test;
    await editor.openNode(bare);
    await editor.page.locator('#node-input-collectionId-list').click();
    await editor.page.locator('#node-input-collectionId-said').getByText('Choose a server first.').waitFor();
  });

  it('is there for the blacklist only', async () => {
    const { editor } = test;
    await editor.openNode(bare);
    assert.ok(await editor.page.locator('#node-input-collectionId-list').isVisible());
    await editor.set('collection', false);
    assert.ok(!(await editor.page.locator('#node-input-collectionId-list').isVisible()));
  });
});
