import assert from 'node:assert/strict';
import type { AnalysisRequest } from '../../../client';
import type { PreparedMedia } from '../../../client/media/prepare';
import { fileParts as partsOf } from '../../../client/media/form';
import { analysesBody, folderQuery, payloadOf, type FileFacts } from '../../../client/wire/write';
import { fixture } from '../support/fixtures';

const ID = '1111aaaa-11aa-11aa-11aa-111111aaaaaa';
const OTHER = '2222bbbb-22bb-22bb-22bb-222222bbbbbb';

function media(
  contentType: string,
  tags: string[],
  metadata?: { foo: string } | { foo2: string },
): PreparedMedia {
  const open = (): Uint8Array => new Uint8Array();
  return { fileName: 'x', contentType, size: 1, tags, replayable: true, open, ...(metadata && { metadata }) };
}

const fileParts = (all: PreparedMedia[]): FileFacts[] =>
  partsOf(all).map(({ key, media: { tags, metadata } }) => ({ key, tags, ...(metadata && { metadata }) }));

/** The fixture with its file keys replaced by those that we choose: keys are free (docs/oz-api.md 2.2). */
function renamed(name: string, keys: Record<string, string>): unknown {
  const text = Object.entries(keys).reduce(
    (body, [theirs, ours]) => body.replaceAll(`"${theirs}":`, `"${ours}":`),
    JSON.stringify(fixture(name)),
  );
  return JSON.parse(text);
}

describe('writing what the API is asked', () => {
  const bodies: [name: string, analyses: AnalysisRequest[]][] = [
    ['analyses-request-best-shot', [{ type: 'quality', sourceMedia: [ID], extractBestShot: true }]],
    ['analyses-request-best-shot-all-media', [{ type: 'quality', extractBestShot: true }]],
    ['analyses-request-biometry', [{ type: 'biometry', sourceMedia: [ID, OTHER] }]],
    ['analyses-request-collection', [{ type: 'collection', sourceMedia: [ID] }]],
    [
      'analyses-request-legacy-params',
      [
        { type: 'documents', params: { capabilities: 492 } },
        {
          type: 'collection',
          params: {
            collection_id: 'd0c1b2a3-9485-4766-9758-493a2b1c0d0e',
            decision_count: 10,
            decision_threshold: 0.7,
          },
        },
      ],
    ],
  ];
  for (const [name, analyses] of bodies) {
    it(`writes ${name} as it was collected`, () => assert.deepEqual(analysesBody(analyses), fixture(name)));
  }

  it('always says whether a best shot is wanted, because the default of servers changed', () => {
    assert.deepEqual(analysesBody([{ type: 'quality' }]), {
      analyses: [{ type: 'quality', params: { extract_best_shot: false } }],
    });
  });

  it('writes payloads as they were collected', () => {
    const selfie = media('video/mp4', ['video_selfie', 'video_selfie_blank', 'orientation_portrait']);
    const id = media('image/jpeg', ['photo_id', 'photo_id_front']);
    assert.deepEqual(
      payloadOf({ files: fileParts([selfie, id]) }),
      renamed('folder-create-payload-liveness-and-id', { photo1: 'photo2' }),
    );
    const files = fileParts([
      { ...selfie, metadata: { foo: 'bar2' } },
      media('image/png', ['photo_selfie'], { foo2: 'bar3' }),
    ]);
    const metadata = {
      partner_side_folder_id: '00000000-0000-0000-0000-000000000000',
      person_info: { first_name: 'John', middle_name: 'Jameson', last_name: 'Doe' },
    };
    const keys = { media_key1: 'video1', media_key2: 'photo2' };
    assert.deepEqual(payloadOf({ files, metadata }), renamed('folder-create-payload-metadata', keys));
    assert.deepEqual(
      payloadOf({ files: fileParts([selfie]), webhook: 'https://backend.example/oz-hook/unguessable' }),
      fixture('folder-create-payload-webhook'),
    );
    assert.deepEqual(
      payloadOf({
        files: fileParts([selfie]),
        metadata: { partner_side_folder_id: '00000000-0000-0000-0000-000000000000' },
        analyses: [{ type: 'quality', extractBestShot: true }],
      }),
      renamed('folder-create-payload-single-request.inferred', keys),
    );
    assert.deepEqual(
      payloadOf({
        files: fileParts([media('image/jpeg', ['photo_selfie', 'orientation_portrait'])]),
        metadata: { person_info: metadata.person_info },
        metadataKey: 'person:meta_data',
      }),
      renamed('person-create-payload', { image1: 'photo1' }),
    );
  });

  it('writes what the Web SDK hands over in both places that are recalled', () => {
    const info = { camera: 'front' };
    const [file] = fileParts([media('video/mp4', ['video_selfie'])]);
    assert.ok(file);
    const files = [
      { ...file, metadata: { mine: 1 } },
      { ...file, key: 'photo1' },
    ];
    const payload = payloadOf({ files, additionalInfo: info });
    assert.deepEqual(payload['additional_info'], info);
    assert.deepEqual(payload['media:meta_data'], {
      [file.key]: { additional_info: info, mine: 1 },
      photo1: { additional_info: info },
    });
  });

  it('writes every documented list filter', () => {
    assert.deepEqual(
      folderQuery({
        folderId: 'f',
        createdMin: 1.5,
        createdMax: 2,
        updatedMin: 3,
        updatedMax: 4,
        resolutionStatus: 'FINISHED',
        metadata: { transaction_id: 'unique_id1', 'person_info.last_name': 'Doe' },
        withAnalyses: true,
        newestFirst: true,
        offset: 10,
        limit: 50,
        count: false,
      }),
      {
        folder_id: 'f',
        'time_created.min': '1.5',
        'time_created.max': '2',
        'time_updated.min': '3',
        'time_updated.max': '4',
        resolution_status: 'FINISHED',
        meta_data: 'transaction_id==unique_id1,person_info.last_name==Doe',
        with_analyses: 'true',
        sorting: 'time_created{desc}',
        offset: '10',
        limit: '50',
        total_omit: 'true',
      },
    );
    assert.deepEqual(folderQuery({}), {});
  });

  it('refuses what the grammar cannot say instead of asking something else', () => {
    assert.throws(() => folderQuery({ metadata: { a: 'x,b==y' } }), {
      code: 'OZ_INPUT',
      key: 'queryInvalid',
    });
    assert.throws(() => folderQuery({ metadata: { 'a==b': 'x' } }), { code: 'OZ_INPUT' });
    assert.throws(() => folderQuery({ createdMin: Number.NaN }), { code: 'OZ_INPUT' });
    assert.throws(() => analysesBody([]), { code: 'OZ_INPUT', key: 'analysesMissing' });
    assert.throws(() => analysesBody([{ type: 'quality' }], 'javascript:alert(1)'), {
      key: 'webhookInvalid',
    });
  });
});
