import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { Pace } from '../../../client/transport/pace';
import { Bench, PHOTO, failure } from '../support/calls';

const TOKEN = { kind: 'token', token: 'open-sesame' } as const;
const CONTAINER = { data: PHOTO, tags: [] };
const UPLOAD = { media: [{ data: PHOTO, tags: [] }] };

describe('the pace of requests', () => {
  const bench = new Bench();
  afterEach(() => bench.end());

  /** A server that accepts this many requests a second, without any burst, as nginx does with `limit_req`. */
  const limited = async (
    perSecond: number,
    refusal: { status: number; body: string; type: string },
  ): Promise<{ url: string; count: { taken: number; refused: number } }> => {
    const count = { taken: 0, refused: 0 };
    let nextAt = 0;
    const url = await bench.raw((request, response) => {
      request.resume().on('end', () => {
        const now = performance.now();
        if (now < nextAt) {
          count.refused += 1;
          response.writeHead(refusal.status, { 'content-type': refusal.type }).end(refusal.body);
          return;
        }
        nextAt = now + 1000 / perSecond;
        count.taken += 1;
        response.writeHead(201).end(JSON.stringify({ folder_id: randomUUID(), media: [] }));
      });
    });
    return { url, count };
  };

  const refusals = {
    'the 503 page of a reverse proxy': { status: 503, body: '<html>503</html>', type: 'text/html' },
    '429 without Retry-After': { status: 429, body: '{"error_code": 101}', type: 'application/json' },
  };
  for (const [name, refusal] of Object.entries(refusals)) {
    for (const [perSecond, maxParallel] of [
      [10, 60],
      [25, 8],
    ] as const) {
      it(`60 uploads at once all come through a limit of ${perSecond} a second, ${maxParallel} at once, told by ${name}`, async () => {
        const { url, count } = await limited(perSecond, refusal);
        const client = bench.client(url, { signIn: TOKEN, maxParallel });
        await Promise.all(Array.from({ length: 60 }, () => client.folders.create(UPLOAD)));
        assert.equal(count.taken, 60);
        assert.ok(count.refused < 150, `${count.refused} refusals`);
      }).timeout(60_000);
    }
  }

  for (const [name, type, body] of [
    ['JSON', 'application/json', '{"error_code": 2}'],
    ['plain text', 'text/plain', 'upstream connect error or disconnect/reset before headers'],
  ] as const) {
    it(`a container answered by 503 with ${name} is not sent again: it may have created a folder`, async () => {
      let uploads = 0;
      const url = await bench.raw((request, response) => {
        request.resume().on('end', () => {
          if (request.method === 'POST') uploads += 1;
          response.writeHead(503, { 'content-type': type }).end(body);
        });
      });
      assert.equal(
        (
          await failure(
            bench.client(url, { signIn: TOKEN }).folders.createFromContainer({ container: CONTAINER }),
          )
        ).code,
        'OZ_SERVER',
      );
      assert.equal(uploads, 1);
    });
  }

  it('is unlimited until something is refused, then half of what it was, then slowly faster', () => {
    const pace = new Pace();
    for (let at = 0; at < 40; at += 1) {
      assert.equal(pace.waitMs(at), 0);
      pace.started(at);
    }
    pace.refused(10, 50);
    assert.equal(pace.waitMs(50), 39 + 50 - 50, 'half of 40 within the last second');
    pace.refused(20, 60);
    assert.equal(pace.waitMs(60), 39 + 50 - 60, 'what started before the change says nothing new');
    pace.started(100);
    pace.refused(100, 110);
    assert.equal(pace.waitMs(110), 100 + 100 - 110);
    for (let taken = 0; taken < 20; taken += 1) pace.taken();
    const wait = pace.waitMs(100);
    assert.ok(wait < 100 && wait > 70, `${wait}`);
    for (let taken = 0; taken < 5000; taken += 1) pace.taken();
    assert.equal(pace.waitMs(100), 0);
  });
});
