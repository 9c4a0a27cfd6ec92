import { strict as assert } from 'node:assert';
import { ACCOUNT, TimingServer } from '../../bench/flows/server/timingServer';
import { DEFAULT_CONFIG, monotonicMs, type TimingServerConfig } from '../../bench/flows/server/config';

/** What stands at a path inside a JSON value. */
function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

describe('the timing server of the benchmark', () => {
  let server: TimingServer;
  let url: string;
  let token: string;

  beforeEach(async () => {
    server = new TimingServer();
    url = `http://127.0.0.1:${await server.listen()}`;
    const signedIn = await call('POST', '/api/authorize/auth', { credentials: ACCOUNT });
    token = String(at(signedIn.body, 'access_token'));
  });
  afterEach(() => server.close());

  async function call(
    method: string,
    path: string,
    body?: object,
  ): Promise<{ status: number; body: unknown }> {
    const answer = await fetch(url + path, {
      method,
      headers: { 'X-Forensic-Access-Token': token ?? '' },
      ...(body !== undefined && { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, body: await answer.json() };
  }

  function behave(config: Partial<TimingServerConfig>): void {
    server.configure({ ...DEFAULT_CONFIG, olderFolders: 5, ...config });
  }

  async function upload(job: number, payload: object = {}): Promise<string> {
    const form = new FormData();
    form.append('video1', new Blob([Buffer.alloc(100_000)], { type: 'video/mp4' }), `job-${job}.mp4`);
    form.append('payload', JSON.stringify(payload));
    return String(at((await call('POST', '/api/folders/', form)).body, 'folder_id'));
  }

  async function order(folderId: string): Promise<unknown> {
    const { body } = await call('POST', `/api/folders/${folderId}/analyses/`, {
      analyses: [{ type: 'quality', params: { extract_best_shot: true } }],
    });
    return at(body, 0);
  }

  it('wants a token', async () => {
    token = 'unknown';
    assert.equal((await call('GET', '/api/folders/')).status, 401);
  });

  it('says PROCESSING until the time from the seed has passed, and remembers when that was', async () => {
    behave({ times: { minMs: 1500, maxMs: 1600 } });
    const analysis = await order(await upload(7));
    const path = `/api/analyses/${String(at(analysis, 'analysis_id'))}`;
    let askedAt = monotonicMs();
    let { body } = await call('GET', path);
    assert.equal(at(body, 'resolution_status'), 'PROCESSING');
    const [job] = server.report().jobs;
    assert.ok(job !== undefined && job.job === 7 && job.uploadedBytes > 100_000);
    let requests = 1;
    for (; at(body, 'resolution_status') === 'PROCESSING'; requests += 1) {
      assert.ok(job.finishedAt > askedAt, 'it says PROCESSING although the time has passed');
      askedAt = monotonicMs();
      ({ body } = await call('GET', path));
    }
    assert.ok(monotonicMs() >= job.finishedAt);
    assert.equal(at(body, 'resolution_status'), job.resolution);
    const bestShot = at(body, 'results_media', 0, 'output_images', 0, 'original_url');
    assert.match(String(bestShot), new RegExp(job.folderId));
    assert.equal(server.report().resultRequests, requests);
  });

  it('draws the same times and verdicts from the same seed', async () => {
    const drawn: string[] = [];
    for (let round = 0; round < 2; round++) {
      behave({ seed: 5 });
      for (const job of [1, 2, 3]) await order(await upload(job));
      const jobs = server.report().jobs;
      drawn.push(jobs.map((job) => `${Math.round(job.finishedAt - job.orderedAt)} ${job.resolution}`).join());
    }
    assert.equal(drawn[0], drawn[1]);
    assert.equal(new Set(drawn[0]?.split(',')).size, 3);
  });

  it('lists by the documented filters', async () => {
    behave({});
    const marked = await upload(1, { 'folder:meta_data': { batch: 'a' } });
    await upload(2, { 'folder:meta_data': { batch: 'b' } });
    const all = (await call('GET', '/api/folders/?sorting=time_created{asc}')).body;
    assert.equal(at(all, 'total_count'), 7);
    assert.equal(at(all, 'items', 6, 'meta_data', 'batch'), 'b');
    const { body } = await call(
      'GET',
      `/api/folders/?meta_data=batch==a&with_analyses=true&time_created.min=${Date.now() / 1000 - 60}`,
    );
    assert.equal(at(body, 'items', 'length'), 1);
    assert.equal(at(body, 'items', 0, 'folder_id'), marked);
    assert.deepEqual(at(body, 'items', 0, 'analyses'), []);
    assert.equal((await call('GET', '/api/folders/?limit=5001')).status, 400);
  });

  it('can ignore the filters, or forbid the list', async () => {
    behave({ list: 'ignores-filters' });
    const { body } = await call('GET', '/api/folders/?meta_data=batch==a');
    assert.equal(at(body, 'items', 'length'), 5);
    behave({ list: 'forbidden' });
    assert.equal((await call('GET', '/api/folders/')).status, 403);
  });

  it('spells ids as told', async () => {
    for (const [spelling, old, current] of [
      ['5.x', 'string', 'undefined'],
      ['6.x', 'undefined', 'string'],
      ['both', 'string', 'string'],
    ] as const) {
      behave({ spelling });
      const analysis = await order(await upload(1));
      assert.deepEqual(
        [typeof at(analysis, 'analyse_id'), typeof at(analysis, 'analysis_id')],
        [old, current],
      );
    }
  });
});
