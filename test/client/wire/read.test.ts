import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Analysis, Json } from '../../../client';
import { checkResult } from '../../../client/result';
import { Server } from '../../../client/server';
import { readAnalysis } from '../../../client/wire/analysis';
import {
  readCollection,
  readCompanies,
  readPerson,
  readPersonImages,
} from '../../../client/wire/collections';
import { readFolder, readFolderPage } from '../../../client/wire/folder';
import { readMedia, readMediaList } from '../../../client/wire/media';
import { isJsonObject } from '../../../client/wire/shapes';
import { readTokens } from '../../../client/wire/tokens';
import { described, fixture, object } from '../support/fixtures';

const asIs = (url: string): string => url;
const VIDEO = '7c1d2e3f-0a1b-4c2d-8e3f-4a5b6c7d8e9f';
const SHOTS = '9f8e7d6c-5b4a-4392-8170-615243342516';
const QUALITY = '5a2fcd07-5b4e-4c70-8a0d-0a6a3d5e1f10';
const BEST = `https://api.oz.example/static/0b9c0a52-8a3f-4d8e-9d51-6b7d8f1e2a34/best-shot-1.jpg`;

function analysis(name: string): Analysis {
  const json = fixture(name);
  const one: unknown = Array.isArray(json) ? json[0] : json;
  return readAnalysis(object(one), asIs);
}

describe('reading what the API answers', () => {
  for (const generation of ['5x', '6x']) {
    it(`reads a best shot of ${generation}`, () => {
      const read = analysis(`analysis-best-shot-success-${generation}`);
      assert.equal(read.analysisId, QUALITY);
      assert.deepEqual([read.type, read.state, read.resolution], ['QUALITY', 'FINISHED', 'SUCCESS']);
      const [shot] = checkResult('f', [read]).bestShots;
      assert.deepEqual(shot, { url: BEST, analysisId: QUALITY, mediaId: VIDEO, sourceName: 'selfie.mp4' });
      assert.equal(read.tookMs, 3000);
    });
  }

  it('reads several best shots, each with its media', () => {
    const { bestShots, liveness } = checkResult('f', [analysis('analysis-best-shot-multi')]);
    assert.deepEqual(
      bestShots.map(({ mediaId, sourceName }) => [mediaId, sourceName]),
      [
        [VIDEO, 'selfie.mp4'],
        [SHOTS, 'frames.zip'],
        [SHOTS, 'frames.zip'],
      ],
    );
    assert.deepEqual(liveness, [
      { mediaId: VIDEO, spoofing: 0.0123 },
      { mediaId: SHOTS, spoofing: 0.3 },
    ]);
  });

  const verdicts: [name: string, state: string, resolution: string, bestShots: number][] = [
    ['analysis-processing', 'PROCESSING', 'PROCESSING', 0],
    ['analysis-state-finished-resolution-processing', 'PROCESSING', 'PROCESSING', 1],
    ['analysis-declined', 'FINISHED', 'DECLINED', 1],
    ['analysis-failed', 'FAILED', 'FAILED', 0],
    ['analysis-success-no-best-shot', 'FINISHED', 'SUCCESS', 0],
    ['analysis-success-output-images-missing', 'FINISHED', 'SUCCESS', 0],
    ['analysis-extended.recalled', 'FINISHED', 'SUCCESS', 1],
    ['liveness-result-doc-shape', 'FINISHED', 'SUCCESS', 0],
    ['biometry-operator-required', 'FINISHED', 'OPERATOR_REQUIRED', 0],
    ['biometry-result-doc-shape', 'FINISHED', 'SUCCESS', 0],
    ['collection-match.inferred', 'FINISHED', 'DECLINED', 0],
    ['documents-result.legacy', 'FINISHED', 'SUCCESS', 0],
  ];
  for (const [name, state, resolution, bestShots] of verdicts) {
    it(`reads ${name} as ${state} ${resolution}`, () => {
      const read = analysis(name);
      assert.deepEqual([read.state, read.resolution, read.unknown], [state, resolution, []]);
      assert.equal(checkResult('f', [read]).bestShots.length, bestShots);
    });
  }

  it('reads similarity from the analysis or from its media', () => {
    assert.deepEqual(analysis('biometry-result-doc-shape').match, { min: 0.997926354, max: 0.997926354 });
    assert.deepEqual(analysis('biometry-operator-required').match, { min: 0.81, max: 0.86 });
    const folders = readFolderPage(fixture('quantitative-biometry-doc-shape'), asIs);
    const match = folders.items[0]?.analyses[0]?.match;
    assert.ok(match !== undefined && match.min <= match.max);
  });

  it('reads the spoofing score of the folder form', () => {
    const [folder] = readFolderPage(fixture('quantitative-liveness-doc-shape'), asIs).items;
    assert.equal(folder?.analyses[0]?.results[0]?.spoofing, 0.55790174);
  });

  it('finds the persons of a blacklist wherever they are, with the similarity that is nearest', () => {
    const collection = 'd0c1b2a3-9485-4766-9758-493a2b1c0d0e';
    assert.deepEqual(analysis('collection-match.inferred').persons, [
      { personId: 'b7a69584-7362-4514-8033-f2e1d0c9b8a7', similarity: 0.93 },
    ]);
    const deep = {
      type: 'collection',
      resolution: 'DECLINED',
      results_media: [
        {
          collection_persons: [
            { person: { person_id: 'p' }, similarity: 0.9, collection: { collection_id: collection } },
          ],
        },
      ],
    };
    const read = readAnalysis(deep, asIs);
    assert.deepEqual(read.persons, [{ personId: 'p', collectionId: collection, similarity: 0.9 }]);
    assert.equal(read.match, undefined, 'a hit is no face match');
  });

  it('reads the fields of a document', () => {
    assert.deepEqual(analysis('documents-result.legacy').textFields, [
      { name: 'Surname', visual: 'DOE', mrz: 'DOE' },
      { name: 'Document Number', visual: 'X0000000', mrz: 'X0000000' },
    ]);
  });

  it('takes a verdict it does not know for one that a person has to look at, and says so', () => {
    const known = object(fixture('analysis-best-shot-success'));
    const odd = readAnalysis({ ...known, resolution_status: 'SUSPICIOUS', resolution: 'SUSPICIOUS' }, asIs);
    assert.deepEqual(
      [odd.resolution, odd.unknown],
      ['OPERATOR_REQUIRED', ['resolution=SUSPICIOUS', 'resolution=SUSPICIOUS']],
    );
    const half = readAnalysis({ ...known, resolution_status: 'SUSPICIOUS' }, asIs);
    assert.equal(half.resolution, 'OPERATOR_REQUIRED');
    const queued = readAnalysis({ ...known, state: 'QUEUED' }, asIs);
    assert.deepEqual([queued.resolution, queued.unknown], ['PROCESSING', ['state=QUEUED']]);
    const silent = readAnalysis({ type: 'QUALITY', state: 'FINISHED' }, asIs);
    assert.equal(silent.resolution, 'OPERATOR_REQUIRED');
  });

  it('never takes anything for a SUCCESS that does not say so', () => {
    const word = fc.option(
      fc.oneof(fc.string(), fc.constantFrom('PROCESSING', 'FINISHED', 'FAILED', 'DECLINED', '')),
    );
    fc.assert(
      fc.property(word, word, word, (state, resolution, status) => {
        const read = readAnalysis({ state, resolution, resolution_status: status }, asIs);
        const says = [resolution, status].some((one) => one?.trim().toUpperCase() === 'SUCCESS');
        assert.ok(says || read.resolution !== 'SUCCESS');
      }),
    );
  });

  it('understands lower case, as web callbacks have it', () => {
    const read = readAnalysis({ type: 'quality', state: 'finished', resolution: 'declined' }, asIs);
    assert.deepEqual([read.type, read.resolution], ['QUALITY', 'DECLINED']);
  });

  it('falls back to the order for source ids that match nothing, and to no media when that is no help', () => {
    const known = object(fixture('analysis-best-shot-multi'));
    const strange = { ...known, results_media: [{ source_video_id: 'x' }, { source_shots_set_id: 'y' }] };
    assert.deepEqual(
      readAnalysis(strange, asIs).results.map(({ mediaId }) => mediaId),
      [VIDEO, SHOTS],
    );
    const fewer = { ...known, results_media: [{ source_video_id: 'x' }] };
    assert.deepEqual(
      readAnalysis(fewer, asIs).results.map(({ mediaId }) => mediaId),
      [''],
    );
  });

  it('makes media URLs usable: relative, of an inner host, as data', () => {
    const server = new Server('https://oz.example.com/api/', false);
    const rebased = new Server('https://oz.example.com/', true);
    assert.equal(server.media('/static/a.jpg'), 'https://oz.example.com/static/a.jpg');
    assert.equal(server.media('http://inner:8000/static/a.jpg?x=1'), 'http://inner:8000/static/a.jpg?x=1');
    assert.equal(
      rebased.media('http://inner:8000/static/a.jpg?x=1'),
      'https://oz.example.com/static/a.jpg?x=1',
    );
    assert.equal(rebased.media('data:image/jpeg;base64,AAAA'), 'data:image/jpeg;base64,AAAA');
    for (const odd of ['foo:.evil.example/a.jpg', 'foo:@evil.example/a.jpg', 'javascript:alert(1)', 'blob:x'])
      assert.equal(rebased.media(odd), odd);
    assert.equal(rebased.media('\\\\evil.example\\a.jpg'), 'https://oz.example.com/a.jpg');
  });

  it('takes an image that comes as base64, in the place of its URL or in a field of its own', () => {
    const image = Buffer.concat([
      Buffer.from('ffd8ffe000104a46494600010100', 'hex'),
      Buffer.alloc(200, 3),
    ]).toString('base64');
    const url = (of: Json): string[] =>
      readAnalysis({ results_media: [{ output_images: [of] }] }, asIs).results.flatMap(
        ({ bestShotUrls }) => bestShotUrls,
      );
    for (const of of [{ original_url: image }, { image }, { base64: image }]) {
      assert.deepEqual(url(of), [`data:image/jpeg;base64,${image}`]);
    }
    assert.deepEqual(url({ original_url: `data:image/jpeg;base64,${image}` }), [
      `data:image/jpeg;base64,${image}`,
    ]);
    assert.deepEqual(url({}), []);
  });

  it('reads folders, their lists and their media', () => {
    const made = readFolder(fixture('folder-create-response'), asIs);
    assert.deepEqual(
      [made.folderId, made.media[0]?.mediaId, made.resolution],
      ['0b9c0a52-8a3f-4d8e-9d51-6b7d8f1e2a34', VIDEO, 'INITIAL'],
    );
    assert.equal(made.timeCreated, 1_790_000_000.123);
    const page = readFolderPage(fixture('folder-list'), asIs);
    assert.deepEqual([page.total, page.items[0]?.metadata], [1, { transaction_id: 'unique_id1' }]);
    assert.deepEqual(readFolderPage(fixture('folder-list-empty'), asIs), { items: [], offset: 0, total: 0 });
    assert.deepEqual(readMediaList(fixture('media-add-response'), asIs)[0]?.tags, [
      'video_selfie',
      'video_selfie_blank',
      'orientation_portrait',
    ]);
    assert.equal(readMedia(object(fixture('media-shots-set')), asIs).mediaId, SHOTS);
    const shots = {
      ...object(fixture('media-shots-set')),
      original_url: 'zip',
      preview_url: 'preview',
      video_url: 'video',
    };
    assert.equal(readMedia(shots, asIs).url, 'video');
    assert.equal(readMedia({ ...shots, video_url: null }, asIs).url, 'preview');
    assert.equal(readMedia({ ...shots, video_url: null, preview_url: null }, asIs).url, 'zip');
    assert.equal(readMedia(object(fixture('media-image')), asIs).type, 'IMAGE_FOLDER');
    const single = readFolder(fixture('single-request-response.inferred'), asIs);
    assert.equal(checkResult(single.folderId, single.analyses, single.media).resolution, 'SUCCESS');
    for (const name of [
      'folder-get-declined',
      'folder-get-failed',
      'folder-get-processing',
      'webhook-request.inferred',
    ]) {
      assert.equal(readFolder(fixture(name), asIs).analyses.length, 1, name);
    }
  });

  it('reads sessions, collections, persons and companies', () => {
    const tokens = readTokens(
      fixture('auth-response-extended.recalled'),
      new Date(1_790_000_000_000).toUTCString(),
    );
    assert.equal(tokens?.lifeMs, 900_123);
    assert.ok(readTokens(fixture('refresh-response'), undefined)?.expireToken !== undefined);
    assert.equal(readCollection(object(fixture('collection-create-response'))).alias, 'blacklist');
    assert.equal(
      readPerson(object(fixture('person-create-response')), asIs).personId,
      'b7a69584-7362-4514-8033-f2e1d0c9b8a7',
    );
    assert.equal(
      readPersonImages(fixture('person-images-response.inferred'), asIs)[0]?.imageId,
      'a0b1c2d3-e4f5-4061-b2c3-d4e5f6071829',
    );
    assert.equal(readCompanies(fixture('companies-search-response.inferred'))[0]?.name, 'test');
  });

  it('survives every collected answer, and every JSON at all, in every reader', () => {
    const readers = [
      (json: unknown) => readFolder(json, asIs),
      (json: unknown) => readFolderPage(json, asIs),
      (json: unknown) => readMediaList(json, asIs),
      (json: unknown) => readTokens(json, undefined),
      (json: unknown) => readCompanies(json),
      (json: unknown) => readPersonImages(json, asIs),
      (json: unknown) => isJsonObject(json) && readAnalysis(json, asIs),
      (json: unknown) => isJsonObject(json) && readPerson(json, asIs),
    ];
    const answers = described().filter(({ direction }) => direction.startsWith('response'));
    assert.ok(answers.length > 40);
    for (const { file } of answers) for (const read of readers) read(fixture(file.replace('.json', '')));
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('results_media', 'source_media', 'results_data', 'analyses', 'media', 'items'),
        (value, key) => {
          for (const read of readers) {
            read(value);
            read({ [key]: value, type: 'COLLECTION' });
            read([{ [key]: [value] }]);
          }
        },
      ),
    );
  });

  it('keeps what the API sent as it was', () => {
    const json = object(fixture('analysis-extended.recalled'));
    assert.deepEqual(readAnalysis(json, asIs).raw, json);
  });
});
