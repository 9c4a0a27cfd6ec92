import assert from 'node:assert/strict';
import type { OzClient } from '../../../client';
import { Bench, PHOTO, failure } from '../support/calls';
import { fixture, object } from '../support/fixtures';
import type { OzServer } from '../../support/ozServer';
import { UNKNOWN_HOST } from '../../support/unknownHost';

const photo = { data: PHOTO, tags: ['photo_selfie'] };
const LONG = { timeoutMs: 20_000, onTimeout: 'error' as const };
const QUALITY = [{ type: 'quality' as const, extractBestShot: true }];

describe('calls', () => {
  const bench = new Bench();
  let server: OzServer;
  let client: OzClient;
  beforeEach(async () => {
    server = await bench.server();
    client = bench.client(server.url);
  });
  afterEach(() => bench.end());

  const last = () => {
    const call = server.calls.at(-1);
    assert.ok(call !== undefined);
    return call;
  };

  it('folder: create, add, get, list, delete', async () => {
    const made = await client.folders.create({ media: [photo], metadata: { transaction_id: '42' } });
    const added = await client.folders.addMedia(made.folderId, { media: [photo] });
    assert.equal(added.length, 1);
    const got = await client.folders.get(made.folderId);
    assert.equal(got.media.length, 2);
    assert.deepEqual(got.metadata, { transaction_id: '42' });
    const page = await client.folders.list({ metadata: { transaction_id: '42' }, limit: 10 });
    assert.deepEqual(
      page.items.map(({ folderId }) => folderId),
      [made.folderId],
    );
    assert.equal(page.total, 1);
    await client.folders.delete(made.folderId);
    const error = await failure(client.folders.get(made.folderId));
    assert.deepEqual([error.code, error.params['what']], ['OZ_NOT_FOUND', 'folder']);
  });

  it('says that an account may not delete', async () => {
    server.script(/DELETE/, { status: 403, json: fixture('error-9-auth-forbidden') });
    const error = await failure(client.folders.delete('f'));
    assert.deepEqual([error.code, error.key], ['OZ_FORBIDDEN', 'forbiddenDelete']);
  });

  it('refuses ids that would lead elsewhere', async () => {
    for (const id of ['', '..', '../users', 'a/b', 'a?b', 'a b']) {
      const errors = [
        await failure(client.folders.delete(id)),
        await failure(client.analyses.get(id)),
        await failure(client.analyses.wait({ folderId: id }, LONG)),
        await failure(client.metadata.delete({ object: 'media', id })),
        await failure(client.collections.delete(id)),
      ];
      for (const { code } of errors) assert.equal(code, 'OZ_INPUT', id);
    }
    assert.equal(server.calls.length, 0);
  });

  it('metadata: of each kind of object, by each method', async () => {
    const { folderId } = await client.folders.create({ media: [photo], metadata: { a: '1' } });
    const folder = { object: 'folder', id: folderId } as const;
    assert.deepEqual(await client.metadata.get(folder), { a: '1' });
    assert.deepEqual(await client.metadata.add(folder, { b: '2' }), { a: '1', b: '2' });
    assert.equal(last().method, 'POST');
    const change = object(fixture('metadata-patch-request'));
    assert.deepEqual(await client.metadata.change(folder, change), { a: '1', b: '2', ...change });
    assert.equal(last().method, 'PATCH');
    await client.metadata.delete(folder);
    assert.deepEqual(await client.metadata.get(folder), {});
    const paths: [Parameters<OzClient['metadata']['get']>[0], string][] = [
      [{ object: 'media', id: 'm' }, '/api/media/m/meta_data'],
      [{ object: 'analysis', id: 'a' }, '/api/analyses/a/meta_data'],
      [{ object: 'collection', id: 'c' }, '/api/collections/c/meta_data'],
      [{ object: 'person', id: 'p', collectionId: 'c' }, '/api/collections/c/persons/p/meta_data'],
    ];
    for (const [target, path] of paths) {
      server.script(/meta_data/, { status: 200, json: { meta_data: { x: 1 } } });
      assert.deepEqual(await client.metadata.get(target), { x: 1 });
      assert.equal(last().path, path);
    }
  });

  it('media: tags are replaced, media are deleted', async () => {
    server.script(/PATCH \/api\/media/, { status: 200, json: { media_id: 'm', tags: [] } });
    const media = await client.media.setTags('m', []);
    assert.deepEqual([last().json, media.mediaId, media.tags], [{ tags: [] }, 'm', []]);
    server.script(/DELETE \/api\/media/, { status: 204 });
    await client.media.delete('m');
    assert.equal(last().path, '/api/media/m');
  });

  it('collections: create with the only company, list, add a person with an image, delete', async () => {
    server.script(/GET \/api\/companies/, {
      status: 200,
      json: fixture('companies-search-response.inferred'),
    });
    server.script(/POST \/api\/collections$/, { status: 201, json: fixture('collection-create-response') });
    const made = await client.collections.create({ alias: 'blacklist' });
    assert.deepEqual(last().json, fixture('collection-create-request'));
    for (const json of [
      [fixture('collection-create-response')],
      { items: [fixture('collection-create-response')] },
    ]) {
      server.script(/GET \/api\/collections$/, { status: 200, json });
      assert.deepEqual(await client.collections.list(), [made]);
    }
    const { collectionId } = made;
    server.script(/POST .*\/persons$/, { status: 201, json: fixture('person-create-response') });
    const person = await client.collections.addPerson(collectionId, {
      media: [{ ...photo, tags: ['photo_selfie', 'orientation_portrait'] }],
      metadata: { person_info: { first_name: 'John' } },
    });
    const { node_red_upload: mark, ...metadata } = object(last().payload['person:meta_data']);
    assert.deepEqual(metadata, { person_info: { first_name: 'John' } });
    assert.equal(typeof mark, 'string');
    assert.ok(last().files[0]?.bytes.equals(PHOTO));
    const personPath = `/api/collections/${collectionId}/persons/${person.personId}`;
    const images = fixture('person-images-response.inferred');
    server.script(/GET .*\/images$/, { status: 200, json: images });
    const [image] = await client.collections.images(collectionId, person.personId);
    assert.equal(last().path, `${personPath}/images`);
    server.script(/POST .*\/images$/, { status: 201, json: images });
    await client.collections.addImages(collectionId, person.personId, { media: [photo] });
    server.script(/DELETE/, { status: 204 }, 3);
    await client.collections.deleteImage(collectionId, person.personId, image?.imageId ?? '');
    assert.equal(last().path, `${personPath}/images/${image?.imageId}`);
    await client.collections.deletePerson(collectionId, person.personId);
    assert.equal(last().path, personPath);
    await client.collections.delete(collectionId);
    assert.equal(last().path, `/api/collections/${collectionId}`);
  });

  it('collections: asks for the company when there are several, and for a name', async () => {
    const company = { company_id: 'c', name: 'n' };
    server.script(/GET \/api\/companies/, { status: 200, json: { items: [company, company] } });
    const error = await failure(client.collections.create({ alias: 'x' }));
    assert.deepEqual([error.code, error.key], ['OZ_INPUT', 'companyMissing']);
    assert.equal((await failure(client.collections.create({ alias: ' ' }))).key, 'aliasMissing');
  });

  it('analyses: start, wait, best shot, download', async () => {
    const { folderId } = await client.folders.create({ media: [photo] });
    const [started] = await client.analyses.start(folderId, {
      analyses: QUALITY,
      webhook: 'https://b.example/h',
    });
    assert.deepEqual(last().json, {
      analyses: [{ type: 'quality', params: { extract_best_shot: true } }],
      resolution_endpoint: 'https://b.example/h',
    });
    const result = await client.analyses.wait({ folderId, analysisIds: [started?.analysisId ?? ''] }, LONG);
    assert.equal(result.resolution, 'SUCCESS');
    const image = await client.download(result.bestShots[0]?.url ?? '');
    assert.equal(image.contentType, 'image/jpeg');
    const one = await client.analyses.wait({ analysisIds: [started?.analysisId ?? ''] }, LONG);
    assert.deepEqual([one.folderId, one.resolution], [folderId, 'SUCCESS']);
  });

  it('says what to do when the server names its media by an address that only it can reach', async () => {
    const address = `http://${UNKNOWN_HOST}:8000/static/a.jpg?key=1`;
    const refused = await failure(client.download(address));
    assert.deepEqual([refused.code, refused.key], ['OZ_CONFIG', 'mediaHostNotNamed']);
    assert.match(refused.message, /x\.invalid:8000.*Media hosts.*Fetch media from this server's address/);
    const named = bench.client(server.url, { mediaHosts: [UNKNOWN_HOST] });
    const error = await failure(named.download(address));
    assert.deepEqual([error.code, error.key], ['OZ_UNREACHABLE', 'mediaHost']);
    assert.match(error.message, /x\.invalid:8000.*Fetch media from this server's address/);
    assert.deepEqual(error.cause, { stage: 'download', system: 'ENOTFOUND' });
  });

  it('waits by the list of analyses where the folder does not tell them', async () => {
    const { folderId } = await client.folders.create({ media: [photo] });
    await client.analyses.start(folderId, { analyses: QUALITY });
    server.script(
      new RegExp(`GET /api/folders/${folderId}$`),
      { status: 200, json: { folder_id: folderId } },
      99,
    );
    const result = await client.analyses.wait({ folderId }, LONG);
    assert.equal(result.resolution, 'SUCCESS');
    assert.ok(server.callsTo(/GET .*\/analyses$/).length >= 1);
  });

  it('check: one request where the server answers at once', async () => {
    const answer = await client.check({ media: [photo], analyses: QUALITY, metadata: { a: 'b' } }, LONG);
    assert.deepEqual(
      [answer.way, answer.resolution, answer.media.length, answer.timing.polls],
      ['single', 'SUCCESS', 1, 0],
    );
    assert.equal(answer.bestShots.length, 1);
    assert.deepEqual(last().payload['analyses'], [{ type: 'quality', params: { extract_best_shot: true } }]);
    assert.equal(server.calls.length, 2);
  });

  it('check: by steps where an older server ignores the analyses, or answers before they are done', async () => {
    const bare = object(fixture('folder-create-response'));
    const { folderId } = await client.folders.create({ media: [photo] });
    server.script(/POST \/api\/folders$/, { status: 201, json: { ...bare, folder_id: folderId } });
    const ignored = await client.check({ media: [photo], analyses: QUALITY }, LONG);
    assert.deepEqual([ignored.way, ignored.folderId, ignored.resolution], ['steps', folderId, 'SUCCESS']);
    assert.equal(server.callsTo(/POST .*\/analyses$/).length, 1);
    const [analysis] = ignored.analyses;
    const running = {
      analysis_id: analysis?.analysisId,
      type: 'QUALITY',
      state: 'PROCESSING',
      resolution: 'PROCESSING',
    };
    server.script(/POST \/api\/folders$/, {
      status: 201,
      json: { ...bare, folder_id: folderId, analyses: [running] },
    });
    const early = await client.check({ media: [photo], analyses: QUALITY }, LONG);
    assert.deepEqual([early.way, early.resolution], ['steps', 'SUCCESS']);
    assert.equal(server.callsTo(/POST .*\/analyses$/).length, 1, 'what runs is not started again');
  });

  it('check: instant without sign-in, with an image as data and no ids', async () => {
    const open = bench.client(server.url, { signIn: { kind: 'none' } });
    const image = `data:image/jpeg;base64,${PHOTO.toString('base64')}`;
    const json = {
      media: [{ media_id: 'm', original_name: 'a.jpg' }],
      analyses: [
        {
          type: 'QUALITY',
          resolution_status: 'SUCCESS',
          results_media: [
            {
              source_image_id: 'm',
              results_data: { confidence_spoofing: 0.1 },
              output_images: [{ original_url: image }],
            },
          ],
        },
      ],
    };
    server.script(/POST \/api\/instant\/folders$/, { status: 200, json });
    const answer = await open.check({ media: [photo], analyses: QUALITY, instant: true }, LONG);
    assert.deepEqual([answer.way, answer.folderId, answer.resolution], ['instant', '', 'SUCCESS']);
    const [shot] = answer.bestShots;
    assert.deepEqual([shot?.mediaId, shot?.sourceName], ['m', 'a.jpg']);
    assert.ok((await open.download(shot?.url ?? '')).data.equals(PHOTO));
    assert.deepEqual(
      server.calls.map(({ token }) => token),
      [undefined],
    );
    const error = await failure(
      open.check({ media: [photo], analyses: [{ type: 'collection' }], instant: true }, LONG),
    );
    assert.equal(error.key, 'instantCollection');
  });

  it('containers go through unopened, and their refusals are told', async () => {
    const container = Buffer.from('encrypted, signed, and no media at all');
    server.script(/POST \/api\/folders$/, { status: 201, json: fixture('folder-create-response') });
    const folder = await client.folders.createFromContainer({ container: { data: container, tags: [] } });
    assert.equal(folder.media.length, 1);
    assert.equal(last().headers['content-type'], 'application/octet-stream');
    assert.ok(last().body.equals(container));
    server.script(/POST \/api\/folders$/, { status: 400, json: fixture('ozcapsula-error-5') });
    const error = await failure(
      client.folders.createFromContainer({ container: { data: container, tags: [] } }),
    );
    assert.deepEqual([error.code, error.cause.apiCode], ['OZ_REJECTED', 5]);
    assert.match(error.message, /Container is damaged/);
    server.script(/POST \/api\/instant\/folders$/, {
      status: 200,
      json: fixture('single-request-response.inferred'),
    });
    const check = await client.check(
      { container: { data: container, tags: [] }, analyses: QUALITY, instant: true },
      LONG,
    );
    assert.equal(check.resolution, 'SUCCESS');
    assert.ok(last().body.equals(container));
  });

  it('session token', async () => {
    server.script(/session_token/, { status: 200, json: fixture('session-token-response') });
    assert.match(await client.sessionToken(), /^[0-9a-f]{64}$/);
  });

  it('test of the connection: says what is wrong, in each way to sign in', async () => {
    await client.testConnection();
    await bench.client(server.url, { signIn: { kind: 'none' } }).testConnection();
    const page = await bench.raw((_request, response) => response.end('<html>Welcome</html>'));
    for (const signIn of [{ kind: 'none' }, { kind: 'token', token: 't' }] as const) {
      const error = await failure(bench.client(page, { signIn }).testConnection());
      assert.deepEqual([error.code, error.key], ['OZ_RESPONSE', 'notOz']);
    }
    const nothing = await bench.raw((_request, response) =>
      response.writeHead(404).end('<h1>Not Found</h1>'),
    );
    assert.equal((await failure(bench.client(nothing).testConnection())).key, 'notOz');
    server.script(/GET \/api\/folders/, { status: 403, json: fixture('error-9-auth-forbidden') });
    await client.testConnection();
  });
});
