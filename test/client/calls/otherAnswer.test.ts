import assert from 'node:assert/strict';
import type { AnalysisRequest, Folder, OzClient } from '../../../client';
import { reply } from '../../support/ozAnswer';
import type { OzServer } from '../../support/ozServer';
import { Bench, PHOTO, failure } from '../support/calls';

const QUALITY: AnalysisRequest[] = [{ type: 'quality' }];
const photo = { data: PHOTO, tags: ['photo_selfie'] };

/** A proxy or a cache on the way gave the answer of one request to another: it must not become another person's verdict. */
describe('answers to somebody else', () => {
  const bench = new Bench();
  let server: OzServer;
  let client: OzClient;
  let other: Folder;
  let resolution: 'SUCCESS' | 'DECLINED';
  beforeEach(async () => {
    resolution = 'SUCCESS';
    server = await bench.server({ outcome: () => ({ resolution }) });
    client = bench.client(server.url, { timeoutMs: 1000 });
    const { folderId } = await client.folders.create({ media: [photo] });
    await client.analyses.start(folderId, { analyses: QUALITY });
    other = await client.folders.get(folderId);
    resolution = 'DECLINED';
  });
  afterEach(() => bench.end());

  /** The server does what the next such call asks, whose answer then is the one about the other folder. */
  const othersOnce = (call: RegExp, json: unknown = other.raw): void =>
    server.script(call, {
      does: true,
      write: (request, response) => reply(request, response, { status: 200, json }),
    });

  it("no verdict is taken from another folder's answer; the wait goes on", async () => {
    const { folderId } = await client.folders.create({ media: [photo] });
    await client.analyses.start(folderId, { analyses: QUALITY });
    othersOnce(/GET .*\/folders\/[^/]+$/);
    const result = await client.analyses.wait({ folderId }, { timeoutMs: 8000, onTimeout: 'error' });
    assert.deepEqual([result.folderId, result.resolution], [folderId, 'DECLINED']);
  });

  it('an upload does not adopt the folder of another one, but finds its own', async () => {
    othersOnce(/POST \/api\/folders$/);
    const { folderId } = await client.folders.create({ media: [photo] });
    assert.notEqual(folderId, other.folderId);
    assert.ok(server.folders.has(folderId));
  });

  it('neither does a check', async () => {
    othersOnce(/POST \/api\/folders$/);
    const request = { media: [photo], analyses: QUALITY };
    const result = await client.check(request, { timeoutMs: 8000, onTimeout: 'error' });
    assert.notEqual(result.folderId, other.folderId);
    assert.equal(result.resolution, 'DECLINED');
  });

  it('each read by an id tells that the answer is about another one', async () => {
    const { folderId } = await client.folders.create({ media: [photo] });
    const [analysis] = await client.analyses.start(folderId, { analyses: QUALITY });
    const theirs = other.analyses[0]?.raw;
    othersOnce(/GET .*\/folders\/[^/]+$/);
    othersOnce(/GET .*\/analyses\/[^/]+$/, theirs);
    const reads = [client.folders.get(folderId), client.analyses.get(analysis?.analysisId ?? '')];
    for (const read of reads) {
      const { code, key } = await failure(read);
      assert.deepEqual([code, key], ['OZ_RESPONSE', 'otherAnswer']);
    }
  });

  it('an id may come back in other letters', async () => {
    othersOnce(/GET .*\/folders\/[^/]+$/);
    const { folderId } = await client.folders.get(other.folderId.toUpperCase().replaceAll('-', ''));
    assert.equal(folderId, other.folderId);
  });
});
