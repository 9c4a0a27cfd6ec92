import { strict as assert } from 'node:assert';
import type { FlowNode } from '../../tools/launch/nodeRed';
import { record } from '../../tools/launch/values';
import { crowded } from './support/crowded';
import { NODES } from './support/nodes';
import type { EditorPage } from './support/editorPage';
import { misfits } from './support/misfits';
import { EditorTest } from './support/setup';
import { exampleNames, readExample } from '../support/examples';
import { LANGUAGES } from '../support/languages';

/** What a dialog says in a language, by a label, an option and a placeholder of oz-upload. */
const UPLOAD = {
  'en-US': { palette: 'Oz upload', media: 'Media', photo: 'Selfie photo', folder: 'empty: a new folder' },
  de: { palette: 'Oz Upload', media: 'Medien', photo: 'Selfie-Foto', folder: 'leer: ein neuer Ordner' },
};

const HELP = {
  'en-US': ['Inputs', 'Outputs', 'Details', 'References'],
  de: ['Eingaben', 'Ausgaben', 'Details', 'Referenzen'],
};

describe('languages', function () {
  this.timeout(300_000);
  const test = EditorTest.use();
  const server = test.add('oz-auth', { url: 'https://oz.example', auth: 'none' });
  const nodes = NODES.map(({ type }) => ({ type, id: test.add(type, { server }) }));
  const upload = test.add('oz-upload', { server, tags: 'custom', customTags: '' });
  // What the dashboard's example needs is not installed here; its Oz nodes have names.
  const examples = exampleNames()
    .filter((name) => !name.includes('dashboard'))
    .map((name) => readExample(name));
  const tabs = examples.map((flow) => flow.find(({ type }) => type === 'tab')?.id ?? '');
  before(async () => {
    const { flows } = record(await test.nodeRed.admin('GET', '/flows')) as { flows: FlowNode[] };
    // The server is the same in all of them.
    const nodesById = new Map([...flows, ...examples.flat()].map((node) => [node.id, node]));
    await test.nodeRed.deploy([...nodesById.values()]);
  });

  /** Texts, placeholders and options in the open dialog that are still the key of a catalogue, or empty. */
  const untranslated = (editor: EditorPage): Promise<string[]> =>
    editor.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.oz-dialog [data-i18n]')]
        .map((element) => {
          const key = String(element.dataset['i18n']).replace(/^\[\w+\]/, '');
          const said = String(element.dataset['i18n']).startsWith('[placeholder]')
            ? (element.getAttribute('placeholder') ?? '')
            : (element.textContent ?? '');
          return said.trim() === '' || said.trim() === key.split(':').pop() ? key : '';
        })
        .filter((key) => key !== ''),
    );

  /** Parts of the shown help that are wider than the sidebar. */
  const cutOffHelp = (editor: EditorPage): Promise<string[]> =>
    editor.page.evaluate(() =>
      [...document.querySelectorAll<HTMLElement>('.red-ui-help *')]
        .filter((part) => part.offsetParent !== null && part.scrollWidth > part.clientWidth + 1)
        .filter((part) => getComputedStyle(part).display !== 'inline')
        .map((part) => part.textContent ?? ''),
    );

  for (const [language, shown, words, sections] of [
    ['en-US', 'en-US', UPLOAD['en-US'], HELP['en-US']],
    ['de', 'de', UPLOAD.de, HELP.de],
    // A language that the editor has and we do not.
    ['ko', 'en-US', UPLOAD['en-US'], HELP['en-US']],
  ] as const) {
    const title = language === shown ? language : `${language} falls back to ${shown}`;
    it(`${title} in palette, dialogs and help`, async () => {
      const editor = await test.open({ language });
      const node = editor.page.locator('.red-ui-palette-node[data-palette-type="oz-upload"]');
      assert.equal(await node.getAttribute('data-palette-label'), words.palette);
      await editor.openNode(upload);
      await editor.unfold();
      assert.match(await editor.row('media').locator('label').innerText(), new RegExp(words.media));
      assert.equal(await editor.control('tags').locator('[value="selfie-photo"]').textContent(), words.photo);
      const folder = editor.row('folder').locator('.red-ui-typedInput-input');
      assert.equal(await folder.getAttribute('placeholder'), words.folder);
      const reason = shown === 'de' ? 'Mindestens ein Tag eingeben' : 'Enter at least one tag';
      assert.equal(await editor.ozError('customTags'), reason);
      await editor.cancel();

      for (const { type } of nodes) {
        const { headings, lists, links } = await editor.help(type);
        assert.deepEqual(headings, sections, type);
        assert.ok(lists >= 2, `${type}: tables of inputs and outputs`);
        assert.ok(links >= 2, `${type}: references`);
      }
    });
  }

  for (const language of [...LANGUAGES, 'ko']) {
    it(`${language} shows no raw key and cuts nothing off at 800 × 600`, async () => {
      const editor = await test.open({ language, width: 800, height: 600 });
      for (const { type, id } of [...nodes, { type: 'oz-auth', id: server }]) {
        if (type === 'oz-auth') await editor.openConfig(id);
        else await editor.openNode(id);
        await editor.unfold();
        assert.deepEqual(await untranslated(editor), [], type);
        assert.deepEqual(await misfits(editor.page), [], type);
        assert.deepEqual(await editor.overflowing(), [], type);
        await editor.cancel();
        await editor.help(type);
        assert.deepEqual(await cutOffHelp(editor), [], type);
      }
      for (const tab of tabs) assert.deepEqual(await crowded(editor.page, tab), [], tab);
    });
  }
});
