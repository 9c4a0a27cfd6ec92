import { strict as assert } from 'node:assert';
import { request } from 'node:http';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import { API_ERRORS, ApiError, errorBody } from '@ozflow/oz-sandbox/server/errors';
import type { ApiErrorName } from '@ozflow/oz-sandbox/server/errors';
import type { Api } from './support/api';
import { assertError, sandboxWith, video } from './support/api';
import { fixture } from './support/fixtures';

describe('sandbox: errors', () => {
  let sandbox: Sandbox;
  let api: Api;

  before(async () => {
    ({ sandbox, api } = await sandboxWith());
  });
  after(() => sandbox.close());

  const documented: [ApiErrorName, string, number][] = [
    ['unknown', 'error-0-unknown', 500],
    ['notAllowed', 'error-1-not-allowed', 405],
    ['notRealized', 'error-2-not-realized', 501],
    ['invalidValue', 'error-4-invalid-value', 400],
    ['invalidType', 'error-5-invalid-type', 400],
    ['authNotProvided', 'error-6-auth-not-provided', 401],
    ['authInvalid', 'error-7-auth-invalid', 401],
    ['authExpired', 'error-8-auth-expired', 401],
    ['authForbidden', 'error-9-auth-forbidden', 403],
    ['notExist', 'error-10-not-exist', 404],
    ['externalService', 'error-11-external-service', 502],
    ['alreadyExist', 'error-13-already-exist', 400],
    ['tooBig', 'error-14-body-too-big', 400],
    ['credentialsInvalid', 'error-15-credentials-invalid', 401],
    ['throttling', 'error-101-throttling', 429],
  ];
  for (const [reason, name, status] of documented) {
    it(`${name} word for word`, () => {
      assert.equal(API_ERRORS[reason].status, status);
      assert.deepEqual(errorBody(new ApiError(reason)), fixture(name));
    });
  }

  it('answers another method on a known path with 405 and code 1', async () => {
    for (const [method, path] of [
      ['PUT', '/api/folders/'],
      ['DELETE', '/api/version'],
      ['POST', '/api/authorize/session_token/'],
      ['PATCH', '/api/folders/x/analyses'],
    ] as const) {
      const answer = await api.call(method, path);
      assert.equal(answer.status, 405);
      assert.deepEqual(answer.body, fixture('error-1-not-allowed'));
      assert.match(answer.headers.get('allow') ?? '', /OPTIONS/);
    }
    const options = await api.call('OPTIONS', '/api/folders/');
    assert.equal(options.status, 200);
    assert.equal(options.text, '');
    assert.match(options.headers.get('allow') ?? '', /POST.*GET/);
  });

  it('answers an unknown route with HTML, an unknown object with code 10', async () => {
    for (const path of ['/api/nope', '/nope', '/api/folders/x/nope', '/api/%E0%A4%A']) {
      const answer = await api.get(path);
      assert.equal(answer.status, 404, path);
      assert.match(answer.headers.get('content-type') ?? '', /^text\/html/);
    }
    for (const path of ['folders/x', 'media/x', 'analyses/x', 'collections/x', 'folders/x/meta_data']) {
      assertError(await api.get(`/api/${path}`), 404, 10, 'Object not exist');
    }
  });

  it('takes a path with and without a slash at the end, without a redirect', async () => {
    for (const path of ['/api/version', '/api/version/', '/api/folders', '/api/folders/', '/api/folders/?']) {
      assert.equal((await api.get(path)).status, 200, path);
    }
  });

  it('answers HEAD without a body', async () => {
    const answer = await api.call('HEAD', '/api/folders/nothing');
    assert.equal(answer.status, 404);
    assert.equal(answer.text, '');
  });

  it('says what is wrong with ordered analyses', async () => {
    const folder = await api.folder([video({ face: 'ann' })]);
    const path = `/api/folders/${String(folder['folder_id'])}/analyses/`;
    const key = 'Could not locate field for key_path analyses from provided dict data';
    assertError(await api.post(path, {}), 400, 3, key);
    assertError(await api.post(path, { analyses: [] }), 400, 3);
    assertError(await api.post(path, { analyses: {} }), 400, 5);
    assertError(await api.post(path, { analyses: ['quality'] }), 400, 5);
    assertError(await api.post(path, { analyses: [{}] }), 400, 3);
    assertError(await api.post(path, { analyses: [{ type: 7 }] }), 400, 5);
    assertError(await api.post(path, { analyses: [{ type: 'QuAlItY', params: 'x' }] }), 400, 5);
    assertError(await api.post(path, { analyses: [{ type: 'telepathy' }] }), 400, 4);
    assertError(await api.post(path, { analyses: [{ type: 'quality', source_media: ['x'] }] }), 404, 10);
    assertError(await api.post(path, { analyses: [{ type: 'quality', source_media: 'x' }] }), 400, 5);
    const text = { type: 'quality', params: { extract_best_shot: 'yes' } };
    assertError(await api.post(path, { analyses: [text] }), 400, 5);
    assertError(
      await api.post(path, { resolution_endpoint: 'ftp://x', analyses: [{ type: 'quality' }] }),
      400,
      4,
    );
    assert.equal((await api.get(path)).body.length, 0);
  });

  it('refuses paging it cannot do', async () => {
    const answer = await api.get('/api/folders/?limit=5001');
    assert.equal(answer.status, 400);
    const { details: _both, ...frameworkShape } = Object(answer.body);
    assert.deepEqual(frameworkShape, fixture('error-framework-shape'));
  });

  it('refuses a name that a browser was made to believe in', async () => {
    const { port } = new URL(sandbox.url);
    const status = await new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port, path: '/', headers: { Host: 'evil.example' } }, (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      })
        .once('error', reject)
        .end();
    });
    assert.equal(status, 403);
  });
});
