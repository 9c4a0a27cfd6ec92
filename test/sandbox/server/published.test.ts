import { strict as assert } from 'node:assert';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Sandbox } from '@ozflow/oz-sandbox/server/index';
import { PROFILES, type Profile } from '@ozflow/oz-sandbox/server/profiles';
import { ROOT } from '../../../tools/launch/versions';
import { Api, assertError, photo, sandboxWith, video, type FilePart, type Json } from './support/api';
import { assertShape, fixture } from './support/fixtures';

/** A request as the vendor's pages and clients have it. */
interface Published {
  file: string;
  path: string;
  status: number | null;
}
const MANIFEST = JSON.parse(
  readFileSync(join(ROOT, 'test/fixtures/oz-api/manifest.json'), 'utf8'),
) as Published[];
const REQUESTS = MANIFEST.filter(({ status, path }) => status === null && path.startsWith('/api/')).map(
  ({ file }) => file.replace('.json', ''),
);

const FILES: FilePart[] = [
  video({ face: 'ann' }, 'selfie.mp4', 'video1'),
  photo({ face: 'ann' }),
  video({ face: 'ann' }, 'selfie2.mp4', 'media_key1'),
  photo({ face: 'ann' }, 'photo2.jpg', 'media_key2'),
  video({ face: 'ann' }, 'selfie3.mp4', 'video_0'),
];
const ZIP: FilePart = { ...video({ face: 'ann' }, 'frames.zip', 'video1'), type: 'application/zip' };
const ID_PHOTO = { 'media:tags': { photo1: ['photo_id', 'photo_id_front'] } };

const bodyOf = (name: string): Record<string, unknown> => Object(fixture(name));
const answersInOne = (profile: Profile): boolean => profile === 'both' || profile === '6.x';

describe('sandbox: published request bodies, unchanged', () => {
  for (const profile of PROFILES) {
    describe(`in profile ${profile}`, () => {
      let sandbox: Sandbox;
      let api: Api;
      const account = Object(bodyOf('auth-request')['credentials']);
      before(async () => {
        ({ sandbox, api } = await sandboxWith({ profile, accounts: [{ ...account, role: 'client-admin' }] }));
      });
      after(() => sandbox.close());
      const done = new Set<string>();
      const posts = (name: string, test: (body: Record<string, unknown>) => Promise<void>): void => {
        done.add(name);
        it(name, () => test(bodyOf(name)));
      };

      posts('auth-request', async (body) => {
        const answer = await new Api(sandbox.url).post('/api/authorize/auth/', body);
        assert.equal(answer.status, 200);
        assertShape(answer.body, fixture('auth-response'));
      });

      posts('refresh-request', async (body) => {
        // The token of the page is nobody's here.
        const { status, body: error } = await api.post('/api/authorize/refresh', body);
        assert.deepEqual([status, error], [401, fixture('refresh-error-401')]);
        const own = { ...body, expire_token: (await new Api(sandbox.url).signIn()).expireToken };
        assertError(await new Api(sandbox.url).post('/api/authorize/refresh', own), 401, 6);
        const caller = await new Api(sandbox.url).signIn();
        const answer = await caller.post('/api/authorize/refresh', {
          ...body,
          expire_token: caller.expireToken,
        });
        assert.equal(answer.status, 200);
        assertShape(answer.body, fixture('refresh-response'));
      });

      /** What became of the files: each has its tags and metadata, and the folder its own. */
      const asSent = (folder: Json, files: FilePart[], body: Record<string, unknown>): void => {
        assert.equal(folder['media']?.length, files.length);
        for (const [at, { key }] of files.entries()) {
          const media: Json | undefined = folder['media']?.[at];
          assert.deepEqual(media?.['tags'], Object(body['media:tags'])[key] ?? []);
          assert.deepEqual(media?.['meta_data'], Object(body['media:meta_data'])[key] ?? null);
        }
        assert.deepEqual(folder['meta_data'], body['folder:meta_data'] ?? null);
      };
      for (const [name, files] of [
        ['folder-create-payload-liveness-and-id', FILES],
        ['folder-create-payload-metadata', FILES],
        ['folder-create-payload-external-id', FILES],
        ['folder-create-payload-webhook', FILES],
        ['folder-create-payload-shots-set', [ZIP]],
        ['phone-info-payload.legacy', FILES],
      ] as const)
        posts(name, async (body) => {
          const folder = await api.folder([...files], body);
          asSent(folder, [...files], body);
          const path = `/api/folders/${String(folder['folder_id'])}/media/`;
          const added = await api.upload(path, [...files], body);
          assert.equal(added.status, 201);
          assert.equal(added.body.length, files.length);
          assert.equal((await api.get(path)).body.length, 2 * files.length);
        });

      posts('folder-create-payload-single-request.inferred', async (body) => {
        const files = FILES.filter(({ key }) => key === 'media_key1');
        const folder = await api.folder(files, body);
        asSent(folder, files, body);
        assert.equal('analyses' in folder, answersInOne(profile));
        const instant = await api.upload('/api/instant/folders/', files, body);
        assert.equal(instant.body['analyses']?.[0]?.['resolution'], 'SUCCESS');
      });

      posts('postman-instant-6.0.0-request-summary', async ({ formdata }) => {
        const files = [...FILES.slice(2, 4), { ...ZIP, key: 'media_key3' }];
        const parts = [...(formdata as Json)].filter(({ type }) => String(type) === 'file');
        assert.deepEqual(
          parts.map(({ key }) => key),
          files.map(({ key }) => key),
        );
        const payload = bodyOf('folder-create-payload-metadata');
        const answer = await api.upload('/api/instant/folders/', files, payload);
        assert.ok([200, 201].includes(answer.status), answer.text);
        asSent(answer.body, files, payload);
        assert.equal(answer.body['analyses']?.[0]?.['resolution'], 'SUCCESS');
        assert.equal((await api.get(`/api/folders/${String(answer.body['folder_id'])}`)).status, 404);
      });

      /** The ids in these bodies are the samples' own: what they name is put in their place. */
      const withOwnIds = (body: object, own: readonly unknown[]): object => {
        const text = JSON.stringify(body);
        const ids = new Set([...text.matchAll(/"([0-9a-f-]{36})"/g)].map(([, id]) => id ?? ''));
        return JSON.parse(
          [...ids].reduce((now, id, at) => now.replaceAll(id, String(own[at])), text),
        ) as object;
      };
      const orders = REQUESTS.filter((name) => name.startsWith('analyses-request'));
      for (const name of orders)
        posts(name, async (body) => {
          const folder = await api.folder([photo({ face: 'ann' }), video({ face: 'ann' })], ID_PHOTO);
          const alias = `list of ${name}`;
          const collection = (await api.post('/api/collections/', { alias })).body['collection_id'];
          const [id, selfie] = [...(folder['media'] ?? [])].map((media) => media['media_id']);
          const own = { 'analyses-request-legacy-params': [collection], 'analyses-request-mixed': [id] };
          const order = withOwnIds(body, own[name as keyof typeof own] ?? [selfie, id]);
          const answer = await api.post(`/api/folders/${String(folder['folder_id'])}/analyses/`, order);
          assert.equal(answer.status, 201, answer.text);
          const asked = (body['analyses'] as { type: string }[]).map(({ type }) => type.toUpperCase());
          assert.deepEqual(
            [...answer.body].map(({ type }) => type),
            asked,
          );
          for (const started of answer.body) {
            const { type, resolution } = await api.decided(started);
            const expected =
              String(type) === 'DOCUMENTS' || (profile === '5.0' && livenessOfAll(body, String(type)))
                ? 'FAILED'
                : 'SUCCESS';
            assert.equal(resolution, expected, String(type));
          }
        });

      posts('media-patch-tags-request', async (body) => {
        const folder = await api.folder([photo({ face: 'ann' })]);
        const path = `/api/media/${String(folder['media']?.[0]?.['media_id'])}`;
        const answer = await api.patch(path, body);
        assert.deepEqual([answer.status, answer.body['tags']], [200, body['tags']]);
        assert.deepEqual((await api.patch(path, { tags: [] })).body['tags'], []);
      });

      posts('metadata-patch-request', async (body) => {
        const folder = await api.folder([video({})]);
        const path = `/api/folders/${String(folder['folder_id'])}/meta_data/`;
        assert.deepEqual((await api.patch(path, body)).body, body);
        const found = await api.get(`/api/folders/?meta_data=client_iin==123123123&with_analyses=true`);
        assert.equal(found.body['items']?.[0]?.['folder_id'], folder['folder_id']);
      });

      posts('collection-create-request', async (body) => {
        const answer = await api.post('/api/collections/', body);
        assert.equal(answer.status, 201);
        assertShape(answer.body, fixture('collection-create-response'));
      });

      posts('person-create-payload', async (body) => {
        const alias = 'list of persons';
        const { collection_id: id } = (await api.post('/api/collections/', { alias })).body;
        const path = `/api/collections/${String(id)}/persons/`;
        const image = photo({ face: 'ann' }, 'ann.jpg', 'image1');
        const answer = await api.upload(path, [image], body);
        assert.equal(answer.status, 201, answer.text);
        assertShape(answer.body, fixture('person-create-response'));
        const person = `${path}${String(answer.body['person_id'])}/`;
        assert.deepEqual((await api.get(person)).body['meta_data'], body['person:meta_data']);
        assert.equal((await api.upload(`${person}images/`, [image], body)).status, 201);
        const { body: images } = await api.get(`${person}images/`);
        assertShape(images, fixture('person-images-response.inferred'));
      });

      it('are all of those that were collected', () => {
        assert.deepEqual(
          REQUESTS.filter((name) => !done.has(name)),
          [],
        );
      });
    });
  }
});

/** Whether liveness looks at the photo of a document, which 5.0 does not allow. */
function livenessOfAll(body: Record<string, unknown>, type: string): boolean {
  const analyses = body['analyses'] as { type: string; source_media?: unknown }[];
  return (
    type === 'QUALITY' && analyses.some((one) => one.type === 'quality' && one.source_media === undefined)
  );
}
