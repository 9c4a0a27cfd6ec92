import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { OZ_ERROR_CODES, ERROR_MESSAGES } from '../../client';
import { NODE_ERROR_MESSAGES, WORD_TEXTS } from '../../nodes/shared/errors';
import { LOG_TEXTS } from '../../nodes/shared/logging';
import { STATUS_TEXTS } from '../../nodes/shared/status';
import { NodeRed } from '../../tools/launch/nodeRed';
import { record } from '../../tools/launch/values';
import { ROOT } from '../../tools/launch/versions';
import { LANGUAGES } from '../support/languages';
import { sourceFiles } from '../support/sourceFiles';

const catalogue = (language: string): Record<string, unknown> =>
  record(JSON.parse(readFileSync(join(ROOT, `nodes/oz-auth/locales/${language}/oz-auth.json`), 'utf8')));
const places = (text: unknown): string[] =>
  [...String(text).matchAll(/__(\w+?)__/g)].map(([, name]) => name ?? '').sort();

const SENTENCES = Object.fromEntries(
  Object.entries({ ...ERROR_MESSAGES, ...NODE_ERROR_MESSAGES }).map(([key, [, sentence]]) => [key, sentence]),
);

describe('what nodes say', () => {
  for (const [part, english] of [
    ['errors', SENTENCES],
    ['words', WORD_TEXTS],
    ['status', STATUS_TEXTS],
    ['log', LOG_TEXTS],
  ] as const) {
    it(`${part}: the English catalogue is what the code says`, () => {
      assert.deepEqual(record(catalogue('en-US')[part]), english);
    });

    for (const language of LANGUAGES.slice(1)) {
      it(`${part}: ${language} has each text, with the same places to fill`, () => {
        const texts = record(catalogue(language)[part]);
        assert.deepEqual(Object.keys(texts).sort(), Object.keys(english).sort());
        for (const [key, text] of Object.entries(english)) {
          assert.deepEqual(places(texts[key]), places(text), key);
          assert.notEqual(texts[key], '', key);
          // A sentence ends as one, except before a reason that is put behind it.
          if (part === 'errors') assert.match(String(texts[key]), /[.。]$|__$/, key);
        }
      });
    }
  }

  it('statuses stay under 20 characters in every language', () => {
    for (const language of LANGUAGES) {
      for (const [key, text] of Object.entries(record(catalogue(language)['status']))) {
        const filled = String(text)
          .replace('__percent__', '100')
          .replace('__seconds__', '300')
          .replace('__text__', '')
          .replace('__score__', '0.03');
        assert.ok(filled.length < 20, `${language} ${key}: ${filled}`);
      }
    }
  });

  it('words that fill places are known, so that they are translated', () => {
    const known: readonly string[] = Object.values(WORD_TEXTS);
    const used = sourceFiles()
      .filter(({ file }) => /^(client|nodes)\//.test(file))
      .flatMap(({ text }) => [
        ...text.matchAll(/\bwhat(?:: |\b.{0,20} \?\? )'([^']+)'/g),
        ...text.matchAll(/pathSegment\([^()]+, '([^']+)'\)/g),
        ...text.matchAll(/'mediaKind', \{ index, kind: '([^']+)'/g),
      ])
      .map(([, word]) => word ?? '');
    assert.ok(used.length > 20);
    assert.deepEqual(
      [...new Set(used)].filter((word) => !known.includes(word)),
      [],
    );
  });

  it('no key is both a client error and a node error', () => {
    for (const key of Object.keys(NODE_ERROR_MESSAGES)) assert.equal(key in ERROR_MESSAGES, false, key);
  });

  it('every code of a sentence is in the table', () => {
    const codes: readonly string[] = OZ_ERROR_CODES;
    for (const [code] of Object.values(NODE_ERROR_MESSAGES)) assert.ok(codes.includes(code));
  });
});

describe('what nodes say in the language of Node-RED', function () {
  this.timeout(60_000);

  for (const [lang, status, error, word] of [
    ['de', 'kein Server', /^Es ist kein Server gewählt/, '(Ordner)'],
    ['es-ES', 'sin servidor', /^No hay ningún servidor seleccionado/, '(carpeta)'],
    ['fr', 'pas de serveur', /^Aucun serveur n'est sélectionné/, '(dossier)'],
    ['ja', 'サーバなし', /^サーバが選択されていません/, '（フォルダ）'],
    ['pt-BR', 'sem servidor', /^Nenhum servidor selecionado/, '(pasta)'],
    ['ru', 'нет сервера', /^Сервер не выбран/, '(папка)'],
    ['zh-CN', '无服务器', /^未选择服务器/, '（文件夹）'],
  ] as const) {
    it(`${lang}: status, error, and the words in an error`, async () => {
      const nodeRed = await NodeRed.start({ settings: { lang } });
      try {
        const place = { z: 'f1', x: 0, y: 0 };
        await nodeRed.deploy([
          { id: 'f1', type: 'tab', label: lang },
          { ...place, id: 'start', type: 'inject', props: [], wires: [['n1']] },
          { ...place, id: 'n1', type: 'oz-upload', server: '', wires: [[]] },
          {
            ...place,
            id: 'start3',
            type: 'inject',
            props: [{ p: 'oz', v: '{"options":{"collection":"yes"}}', vt: 'json' }],
            wires: [['n2']],
          },
          { id: 's1', type: 'oz-auth', url: 'http://127.0.0.1:1', auth: 'none' },
          { ...place, id: 'start2', type: 'inject', props: [], wires: [['n2']] },
          { ...place, id: 'n2', type: 'oz-analyze', server: 's1', wires: [[]] },
          { ...place, id: 'catchAll', type: 'catch', wires: [['shown']] },
          {
            ...place,
            id: 'shown',
            type: 'debug',
            active: true,
            tosidebar: true,
            complete: 'error',
            targetType: 'msg',
          },
        ]);
        const events = await nodeRed.events();
        await events.status(({ id, text }) => id === 'n1' && text === status);
        await nodeRed.inject('start');
        const { value } = await events.debugMessage(({ id }) => id === 'shown');
        assert.equal(record(value)['code'], 'OZ_CONFIG');
        assert.match(String(record(value)['message']), error);
        events.clear();
        await nodeRed.inject('start2');
        const { value: idMissing } = await events.debugMessage(({ id }) => id === 'shown');
        assert.ok(String(record(idMissing)['message']).includes(word), String(record(idMissing)['message']));
        events.clear();
        await nodeRed.inject('start3');
        const { value: overridden } = await events.debugMessage(({ id }) => id === 'shown');
        // The name of a property is the same in every language.
        assert.match(String(record(overridden)['message']), /\bcollection\b/);
      } finally {
        await nodeRed.stop();
      }
    });
  }
});
