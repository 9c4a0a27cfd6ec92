import { strict as assert } from 'node:assert';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import {
  BEST_SHOT_CONTROLS,
  FAILURE_KINDS,
  FAILURE_POINTS,
  controlsOf,
  readControls,
  readNameControls,
} from '@ozflow/oz-sandbox/server/failureInjection/controls';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../../tools/launch/versions';
import { ApiError } from '@ozflow/oz-sandbox/server/errors';
import type { Answer, Api, Json } from './support/api';
import { assertError, sandboxWith, video } from './support/api';
import { fixture } from './support/fixtures';

const ORDER = { type: 'quality', params: { extract_best_shot: true } };

describe('sandbox: controls', () => {
  it('are read from a file name', () => {
    assert.deepEqual(readNameControls('selfie.mp4'), {});
    assert.deepEqual(readNameControls('selfie.declined.mp4'), { resolution: 'DECLINED' });
    assert.deepEqual(readNameControls('a.Operator-Required.delay-2000.lag-5.MP4'), {
      resolution: 'OPERATOR_REQUIRED',
      delayMs: 2000,
      lagMs: 5,
    });
    assert.deepEqual(readNameControls('a.spoofing-90.similarity-7.best-shot-none.failure-429.zip'), {
      spoofing: 0.9,
      similarity: 0.07,
      bestShot: 'none',
      failure: '429',
    });
    assert.deepEqual(readNameControls('holiday.2024.final.mp4'), {});
    assert.deepEqual(readNameControls('declined.mp4'), {});
  });

  it('are all described', () => {
    const text = readFileSync(join(ROOT, 'docs/sandbox.md'), 'utf8');
    for (const name of [...BEST_SHOT_CONTROLS, ...FAILURE_KINDS, ...FAILURE_POINTS]) {
      assert.ok(text.includes(`\`${name}\``), name);
    }
  });

  it('of the metadata win over the name', () => {
    const metaData = { sandbox: { resolution: 'success', delayMs: 5 } };
    assert.deepEqual(controlsOf(metaData, ['a.declined.lag-1.mp4']), {
      resolution: 'SUCCESS',
      delayMs: 5,
      lagMs: 1,
    });
  });

  it('that do not exist are refused with what does', () => {
    for (const sandbox of [
      { resolution: 'MAYBE' },
      { delayMs: -1 },
      { delayMs: '5' },
      { bestShot: 'ugly' },
      { failure: 'earthquake' },
      { spoofing: 1.1 },
      { documents: 'x' },
      { colour: 'red' },
      'declined',
    ]) {
      assert.throws(
        () => readControls({ sandbox }),
        (error) => error instanceof ApiError && error.reason === 'invalidValue',
      );
    }
    assert.deepEqual(readControls({ other: { failure: 'x' } }), {});
  });

  it('takes the earlier names of failures, in metadata and in names', () => {
    assert.deepEqual(readControls({ sandbox: { fault: '429', faultAt: 'upload', faultTimes: 2 } }), {
      failure: '429',
      failureAt: 'upload',
      failureTimes: 2,
    });
    assert.deepEqual(readNameControls('a.fault-reset.mp4'), { failure: 'reset' });
    assert.throws(() => readControls({ sandbox: { constructor: 1 } }), ApiError);
    assert.deepEqual(readControls(null), {});
  });
});

describe('sandbox: test cards', () => {
  let sandbox: Sandbox;
  let api: Api;

  before(async () => {
    ({ sandbox, api } = await sandboxWith());
  });
  after(() => sandbox.close());

  /** A decided analysis under these controls. */
  const decide = async (controls: object, name = 'a.mp4'): Promise<Json> => {
    const folder = await api.folder([video({ face: 'ann' }, name)], {
      'folder:meta_data': { sandbox: controls },
    });
    const [analysis] = await api.order(folder['folder_id'], ORDER);
    return api.decided(analysis);
  };
  const shots = (analysis: Json): string[] =>
    [...(analysis['results_media']?.[0]?.['output_images'] ?? [])].map((image) =>
      String(image['original_url']),
    );

  for (const resolution of ['SUCCESS', 'DECLINED', 'OPERATOR_REQUIRED', 'FAILED']) {
    it(`resolution ${resolution}, by metadata and by name`, async () => {
      const state = resolution === 'FAILED' ? 'FAILED' : 'FINISHED';
      for (const analysis of [
        await decide({ resolution }),
        await decide({}, `a.${resolution.toLowerCase().replace('_', '-')}.mp4`),
      ]) {
        assert.equal(analysis['resolution'], resolution);
        assert.equal(analysis['resolution_status'], resolution);
        assert.equal(analysis['state'], state);
      }
    });
  }

  it('a declined media has a score that agrees', async () => {
    const [result] = (await decide({ resolution: 'DECLINED' }))['results_media'] ?? [];
    assert.ok(Number(result?.['results_data']?.['confidence_spoofing']) >= 0.5);
  });

  it('PROCESSING never ends', async () => {
    const folder = await api.folder([video({ face: 'ann' }, 'a.processing.mp4')]);
    const [analysis] = await api.order(folder['folder_id'], ORDER);
    await decide({});
    const { body } = await api.get(`/api/analyses/${String(analysis?.['analysis_id'])}`);
    assert.equal(body['state'], 'PROCESSING');
  });

  it('spoofing decides by the threshold', async () => {
    assert.equal((await decide({ spoofing: 0.51 }))['resolution'], 'DECLINED');
    const live = await decide({}, 'a.spoofing-49.mp4');
    assert.equal(live['resolution'], 'SUCCESS');
    assert.equal(live['results_media']?.[0]?.['results_data']?.['confidence_spoofing'], 0.49);
  });

  it('delayMs is the least an analysis takes', async () => {
    const begin = Date.now();
    await decide({ delayMs: 400 });
    assert.ok(Date.now() - begin >= 400);
  });

  it('lagMs lets state finish before the resolution', async () => {
    const folder = await api.folder([video({ face: 'ann' }, 'a.lag-2000.mp4')]);
    const [analysis] = await api.order(folder['folder_id'], ORDER);
    const path = `/api/analyses/${String(analysis?.['analysis_id'])}`;
    let between: Json | undefined;
    let body = (await api.get(path)).body;
    for (; String(body['resolution']) === 'PROCESSING'; body = (await api.get(path)).body) {
      if (String(body['state']) === 'FINISHED') between = body;
    }
    assert.equal(between?.['resolution_status'], 'PROCESSING');
    assert.equal(body['resolution'], 'SUCCESS');
  });

  describe('best shot', () => {
    it('none', async () => assert.deepEqual(shots(await decide({ bestShot: 'none' })), []));

    it('several', async () => {
      const urls = shots(await decide({ bestShot: 'several' }));
      assert.equal(new Set(urls).size, 2);
      for (const url of urls) assert.equal((await fetch(url)).status, 200);
    });

    it('png', async () => {
      const [url = ''] = shots(await decide({}, 'a.best-shot-png.mp4'));
      const answer = await fetch(url);
      assert.equal(answer.headers.get('content-type'), 'image/png');
      assert.deepEqual([...new Uint8Array(await answer.arrayBuffer()).slice(0, 4)], [0x89, 0x50, 0x4e, 0x47]);
    });

    it('relative', async () => {
      const [path = ''] = shots(await decide({ bestShot: 'relative' }));
      assert.match(path, /^\/static\//);
      assert.equal((await fetch(sandbox.url + path)).status, 200);
    });

    it('wrong host', async () => {
      const [url = ''] = shots(await decide({ bestShot: 'wrong-host' }));
      assert.match(url, /^http:\/\/oz-api\.internal\.invalid:8000\/static\//);
      assert.equal((await fetch(sandbox.url + new URL(url).pathname)).status, 200);
    });

    it('missing', async () => {
      const [url = ''] = shots(await decide({ bestShot: 'missing' }));
      assert.equal((await fetch(url)).status, 404);
    });

    it('slow', async () => {
      const [url = ''] = shots(await decide({ bestShot: 'slow' }));
      const begin = Date.now();
      assert.equal((await fetch(url)).status, 200);
      assert.ok(Date.now() - begin >= 2900);
    });
  });
});

describe('sandbox: failures on request', () => {
  let sandbox: Sandbox;
  let api: Api;

  beforeEach(async () => {
    ({ sandbox, api } = await sandboxWith());
  });
  afterEach(() => sandbox.close());

  /** The first read of a new folder under this failure, and how to read again. */
  const injected = async (controls: object): Promise<{ read: () => Promise<Answer> }> => {
    const folder = await api.folder([video({ face: 'ann' })], { 'folder:meta_data': { sandbox: controls } });
    return { read: () => api.get(`/api/folders/${String(folder['folder_id'])}`) };
  };

  it('401-once ends the session, and a new sign-in goes on', async () => {
    const { read } = await injected({ failure: '401-once' });
    const answer = await read();
    assertError(answer, 401, 8, 'Provided user auth token has expired. Please renew it.');
    assertError(await read(), 401, 7);
    await api.signIn();
    assert.equal((await read()).status, 200);
  });

  it('429, without and with the time to wait', async () => {
    const plain = await (await injected({ failure: '429' })).read();
    assert.equal(plain.status, 429);
    assert.deepEqual(plain.body, fixture('error-101-throttling'));
    assert.equal(plain.headers.get('retry-after'), null);
    const { read } = await injected({ failure: '429-retry-after' });
    assert.equal((await read()).headers.get('retry-after'), '1');
    assert.equal((await read()).status, 200);
  });

  it('500 in JSON, 502 and 413 in HTML', async () => {
    const json = await (await injected({ failure: '500-json' })).read();
    assert.equal(json.status, 500);
    assert.deepEqual(json.body, fixture('error-0-unknown'));
    for (const [failure, status] of [
      ['502-html', 502],
      ['413-html', 413],
    ] as const) {
      const html = await (await injected({ failure })).read();
      assert.equal(html.status, status);
      assert.match(html.headers.get('content-type') ?? '', /^text\/html/);
      assert.match(html.text, /^<!doctype html>/);
    }
  });

  it('reset breaks the connection, truncated the answer', async () => {
    const { read } = await injected({ failure: 'reset' });
    await assert.rejects(read(), TypeError);
    assert.equal((await read()).status, 200);
    const cut = await injected({ failure: 'truncated' });
    await assert.rejects(cut.read(), TypeError);
    assert.equal((await cut.read()).status, 200);
  });

  it('slow takes its time, hang never answers', async () => {
    const { read } = await injected({ failure: 'slow' });
    const begin = Date.now();
    assert.equal((await read()).status, 200);
    assert.ok(Date.now() - begin >= 2900);
    const folder = await api.folder([video({})], { 'folder:meta_data': { sandbox: { failure: 'hang' } } });
    const url = `${sandbox.url}/api/folders/${String(folder['folder_id'])}`;
    const headers = { 'X-Forensic-Access-Token': String(api.token) };
    await assert.rejects(fetch(url, { headers, signal: AbortSignal.timeout(300) }), { name: 'TimeoutError' });
  });

  it('strikes as often as asked, at the step that was asked for', async () => {
    const { read } = await injected({ failure: '429', failureTimes: 3 });
    for (const expected of [429, 429, 429, 200]) assert.equal((await read()).status, expected);

    const sandboxControls = { failure: '500-json', failureAt: 'analyses' };
    const folder = await api.folder([video({ face: 'ann' })], {
      'folder:meta_data': { sandbox: sandboxControls },
    });
    const path = `/api/folders/${String(folder['folder_id'])}`;
    assert.equal((await api.get(path)).status, 200);
    assert.equal((await api.post(`${path}/analyses/`, { analyses: [ORDER] })).status, 500);
    assert.equal((await api.get(path)).body['analyses']?.length, 0);
    assert.equal((await api.post(`${path}/analyses/`, { analyses: [ORDER] })).status, 201);
  });

  it('strikes an upload, which then leaves no folder, and the download of a file', async () => {
    const payload = { 'folder:meta_data': { sandbox: { failure: '502-html', failureAt: 'upload' } } };
    assert.equal((await api.upload('/api/folders/', [video({})], payload)).status, 502);
    assert.equal((await api.get('/api/folders/')).body['total_count'], 0);
    assert.equal((await api.upload('/api/folders/', [video({})], payload)).status, 201);

    const download = { 'folder:meta_data': { sandbox: { failure: '502-html', failureAt: 'download' } } };
    const folder = await api.folder([video({})], download);
    const url = String(folder['media']?.[0]?.['original_url']);
    assert.equal((await fetch(url)).status, 502);
    assert.equal((await fetch(url)).status, 200);
  });

  it('can be changed by the metadata of the folder', async () => {
    const folder = await api.folder([video({ face: 'ann' })]);
    const path = `/api/folders/${String(folder['folder_id'])}`;
    assertError(await api.patch(`${path}/meta_data`, { sandbox: { failure: 'x' } }), 400, 4);
    assert.equal((await api.patch(`${path}/meta_data`, { sandbox: { failure: '429' } })).status, 200);
    assert.equal((await api.get(path)).status, 429);
  });
});
