import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { errorFromResponse } from '../../../client/errors/errorFromResponse';
import { checkResult, lastGroup } from '../../../client/result';
import { readMedia } from '../../../client/wire/media';
import { readAnalysis } from '../../../client/wire/analysis';

const url = (address: string): string => address;
const PASS = { analysis_id: 'a', type: 'QUALITY', state: 'FINISHED', resolution_status: 'SUCCESS' };
const score = (more: object = {}) => ({ results_data: { confidence_spoofing: 0.1 }, ...more });

describe('verdicts that need a second look', () => {
  it('a pass without any media or score is for a person to look at', () => {
    for (const results of [{}, { results_media: [] }, { results_media: null }, { results_data: {} }]) {
      const { resolution, unknown } = readAnalysis({ ...PASS, ...results }, url);
      assert.equal(resolution, 'OPERATOR_REQUIRED');
      assert.deepEqual(unknown, ['results_media=']);
    }
    const source_media = [{ media_id: 'm' }];
    for (const item of [
      {},
      { results_data: {} },
      { results_data: { confidence_spoofing: null }, source_video_id: 'm' },
    ]) {
      const { resolution, unknown } = readAnalysis({ ...PASS, source_media, results_media: [item] }, url);
      assert.equal(resolution, 'OPERATOR_REQUIRED');
      assert.deepEqual(unknown, ['confidence_spoofing=']);
    }
    assert.equal(readAnalysis({ ...PASS, ...score() }, url).resolution, 'SUCCESS');
    assert.equal(readAnalysis({ ...PASS, results_media: [score()] }, url).resolution, 'SUCCESS');
    assert.equal(readAnalysis({ ...PASS, resolution_status: 'DECLINED' }, url).resolution, 'DECLINED');
    assert.equal(readAnalysis({ ...PASS, type: 'DOCUMENTS' }, url).resolution, 'SUCCESS');
  });

  it('a pass counts only where nothing contradicts it', () => {
    for (const other of ['DECLINED', 'OPERATOR_REQUIRED', 'FAILED', 'PROCESSING'])
      for (const one of [
        { resolution_status: 'SUCCESS', resolution: other },
        { resolution_status: other, resolution: 'SUCCESS' },
      ])
        assert.equal(readAnalysis({ ...PASS, ...score(), ...one }, url).resolution, other);
  });

  it('best shots come as an array, as one object or as bare addresses', () => {
    const image = 'https://oz.example/static/a/b.jpg';
    for (const images of [[{ original_url: image }], { original_url: image }, image, [image]]) {
      const { results } = readAnalysis({ ...PASS, results_media: [score({ output_images: images })] }, url);
      assert.deepEqual(results[0]?.bestShotUrls, [image], JSON.stringify(images));
    }
    for (const nothing of [null, [], {}, 5]) {
      const { results } = readAnalysis({ ...PASS, results_media: [score({ output_images: nothing })] }, url);
      assert.deepEqual(results[0]?.bestShotUrls, []);
    }
  });

  it('a best shot is of the selfie, whichever medium comes first, by the tags of the analysis or of the folder', () => {
    const medium = (id: string, tags: string[]) => ({ media_id: id, original_name: `${id}.jpg`, tags });
    const selfie = medium('selfie', ['video_selfie', 'video_selfie_blank']);
    const document = medium('id', ['photo_id', 'photo_id_front']);
    const shot = (id: string) =>
      score({ source_image_id: id, output_images: [{ original_url: `https://oz.example/${id}` }] });
    for (const media of [
      [document, selfie],
      [selfie, document],
    ]) {
      const results_media = media.map(({ media_id }) => shot(media_id));
      const told = readAnalysis({ ...PASS, source_media: media, results_media }, url);
      const bare = readAnalysis(
        { ...PASS, source_media: media.map(({ media_id }) => ({ media_id })), results_media },
        url,
      );
      const folderMedia = media.map((one) => readMedia(one, url));
      for (const { bestShots } of [checkResult('f', [told]), checkResult('f', [bare], folderMedia)]) {
        assert.deepEqual(
          bestShots.map((one) => [one.url, one.sourceName]),
          [['https://oz.example/selfie', 'selfie.jpg']],
        );
      }
    }
  });

  it('the largest similarity alone is no smallest one', () => {
    const match = (data: object) =>
      readAnalysis({ ...PASS, type: 'BIOMETRY', results_data: { ...data } }, url).match;
    assert.equal(match({ max_confidence: 0.99 }), undefined);
    assert.deepEqual(match({ min_confidence: 0.2 }), { min: 0.2, max: 0.2 });
    assert.deepEqual(match({ min_confidence: 0.2, max_confidence: 0.9 }), { min: 0.2, max: 0.9 });
  });

  it('the analyses ordered last decide', () => {
    const one = (id: string, group: string | undefined, time: number) =>
      readAnalysis({ ...PASS, analysis_id: id, time_created: time, ...(group && { group_id: group }) }, url);
    const ids = (...analyses: ReturnType<typeof one>[]) =>
      lastGroup(analyses).map(({ analysisId }) => analysisId);
    assert.deepEqual(ids(one('a', 'g1', 1), one('b', 'g2', 5), one('c', 'g2', 5)), ['b', 'c']);
    assert.deepEqual(ids(one('b', 'g2', 5), one('a', 'g1', 1)), ['b']);
    assert.deepEqual(ids(one('a', undefined, 1), one('b', undefined, 2)), ['a', 'b']);
    assert.deepEqual(ids(), []);
  });
});

describe('the reasons of a refusal', () => {
  const reason = (body: object): string | undefined =>
    errorFromResponse(
      { status: 400, headers: {}, body: Buffer.from(JSON.stringify({ error_code: 4, ...body })) },
      'oz.example',
      'start-analyses',
      'folder',
      (text) => text,
    ).cause.apiMessage;

  it('are told whatever shape they come in, with the path to what they are about', () => {
    const message = { error_message: 'Invalid param value' };
    assert.equal(reason(message), 'Invalid param value');
    assert.equal(reason({ ...message, details: 'too short' }), 'Invalid param value: too short');
    assert.equal(
      reason({ ...message, error_details: { analyses: [{ source_media: 'needs at least 2 media' }] } }),
      'Invalid param value: analyses.0.source_media: needs at least 2 media',
    );
    assert.equal(
      reason({ ...message, details: { key_path: 'payload', message: 'is no JSON' } }),
      'Invalid param value: payload: is no JSON',
    );
    assert.equal(
      reason({
        ...message,
        details: [
          { key_path: 'analyses.0', message: 'is none' },
          { loc: ['analyses', 1], msg: 'is none either' },
        ],
      }),
      'Invalid param value: analyses.0: is none: analyses.1: is none either',
    );
    assert.equal(
      reason({ ...message, details: { key_path: 'analyses.0.type', expected: ['quality', 'biometry'] } }),
      'Invalid param value: analyses.0.type: expected quality, biometry',
    );
    assert.equal(
      reason({ ...message, details: { key: 'limit', max: 5000 } }),
      'Invalid param value: limit: max 5000',
    );
    assert.equal(reason({ ...message, details: ['one', 'two', 'one'] }), 'Invalid param value: one: two');
  });

  it('are told by either name when the other one is empty', () => {
    for (const nothing of [null, {}, [], ''])
      for (const [one, other] of [
        ['details', 'error_details'],
        ['error_details', 'details'],
      ] as const)
        assert.equal(reason({ error_message: 'No', [one]: nothing, [other]: ['why'] }), 'No: why');
    assert.equal(reason({ error_message: 'No', details: 'why', error_details: 'why' }), 'No: why');
  });

  it('hold no secret, e-mail or picture, by whatever name it comes', () => {
    const token = 'f'.repeat(64) + '0'.repeat(64);
    const secrets: object[] = [
      { password: 'other-word-7' },
      { nested: [{ access_token: 'other-word-7' }] },
      { key_path: 'credentials.password', value: 'other-word-7', message: 'other-word-7 is too short' },
      { key_path: 'name', value: 'other-word-7' },
      { reason: 'unknown token eyJhbGciOiJIUzI1NiJ9other-word-7eyJzdWIiOiIxMjM0NTY3ODkwIn0' },
      { resolution_endpoint: 'https://hook.example/oz?key=other-word-7' },
      { message: 'ann.other-word-7@example.com is taken' },
      { message: `${token.slice(0, 40)}other-word-7` },
    ];
    for (const secret of secrets)
      for (const details of [secret, [secret], JSON.stringify(secret)])
        if (typeof details !== 'string' || !('key_path' in secret))
          assert.doesNotMatch(
            reason({ error_message: 'No', details }) ?? '',
            /other-word-7/,
            JSON.stringify(details),
          );
    assert.match(reason({ details: { folder: '0b9c0a52-8a3f-4d8e-9d51-6b7d8f1e2a34' } }) ?? '', /0b9c0a52/);
  });

  it('hold no bytes of a picture, however they are written', () => {
    const picture = Buffer.from('ffd8ffe000104a46494600010100000100010000ffdb0043', 'hex');
    const bytes = Buffer.concat([
      picture,
      createHash('shake256', { outputLength: 600 }).update('x').digest(),
    ]);
    const each = (write: (hex: string, byte: number) => string, between = ''): string =>
      [...bytes].map((byte) => write(byte.toString(16).padStart(2, '0'), byte)).join(between);
    const base64 = bytes.toString('base64');
    const ways = {
      raw: bytes.toString('latin1'),
      'UTF-8': bytes.toString('utf8'),
      'UTF-16': Buffer.from(base64, 'utf16le').toString('latin1'),
      Python: each((hex, byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : `\\x${hex}`)),
      JSON: JSON.stringify(bytes),
      'escaped JSON': each((hex) => `\\u00${hex}`),
      percent: escape(bytes.toString('latin1')),
      HTML: each((_hex, byte) => `&#${byte};`),
      hex: each((hex) => hex, ' '),
      base64,
      'base64 in lines': base64.replace(/.{12}/g, '$& '),
      'a dump': bytes.toString('hex').replace(/.{32}/g, '$&\n00000000: '),
    };
    for (const [way, text] of Object.entries(ways)) {
      const said = reason({ error_message: `The picture cannot be read: ${text}` }) ?? '';
      assert.match(said, /^The picture cannot be read: .{0,30}\*\*\*$/, way);
      // JSON begins with the kind of what follows.
      for (let at = way === 'JSON' ? 24 : 0; at < 200; at += 1)
        assert.ok(!said.includes(text.slice(at, at + 12)), `${way}: ${said}`);
    }
    const numbers = 'threshold must be one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11 or 12, not 14';
    assert.equal(reason({ error_message: numbers }), numbers);
  });

  it('are cut, and hostile ones do no harm', () => {
    const deep = JSON.parse('{"a":'.repeat(90) + '"x"' + '}'.repeat(90)) as object;
    assert.equal(reason({ details: deep }), undefined);
    assert.ok((reason({ details: { text: 'x'.repeat(5000) } }) ?? '').length <= 200);
    assert.ok((reason({ details: Array.from({ length: 10_000 }, () => 'y') }) ?? '').length <= 200);
  });
});
