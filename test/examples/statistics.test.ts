import { strict as assert } from 'node:assert';
import type { Browser } from 'playwright-core';
import { openChromium } from '../../tools/launch/chromium';
import { ExampleRig } from '../support/exampleRig';
import { execFileSync } from 'node:child_process';
import { DASHBOARD } from '../../tools/launch/nodeRed';
import type { Sandbox } from '../../tools/launch/sandbox';
import { record } from '../../tools/launch/values';
import { askSandbox } from '../support/askSandbox';
import { readExample } from '../support/examples';

interface Bar {
  label: string;
  verdict?: string;
  number: number;
}

interface Folder {
  resolution: string;
  timeCreated: number;
  analyses: { type: string; resolution: string }[];
}

/** Resolves when nothing in the folder runs any more. */
async function untilDone(sandbox: Sandbox, path: string): Promise<void> {
  for (;;) {
    const { body } = await askSandbox(sandbox, path);
    if (body['resolution_status'] !== 'PROCESSING') return;
  }
}

const STATISTICS = 'Scenarios/Statistics (needs the FlowFuse dashboard)';

/**
 * Runs the function node of the example as Node-RED does, at a time and in a time zone: a process has its zone from its
 * start. Returns the figures by topic.
 */
function figuresAt(now: string, zone: string, folders: Folder[]): Record<string, Bar[]> {
  const func = readExample(STATISTICS).find(({ id }) => id === 'statistics-figures')?.['func'];
  const script = `
    const { now, folders, func } = JSON.parse(require('node:fs').readFileSync(0, 'utf8'));
    const RealDate = Date;
    class Now extends RealDate {
      constructor(...given) { super(...(given.length === 0 ? [now] : given)); }
    }
    const run = require('node:vm').runInNewContext('(function (msg) {' + func + '})', { Date: Now });
    const out = run({ payload: folders }).map(({ topic, payload }) => [topic, payload]);
    process.stdout.write(JSON.stringify(Object.fromEntries(out)));`;
  const input = JSON.stringify({ now: Date.parse(now), folders, func });
  const env = { ...process.env, TZ: zone };
  return JSON.parse(
    execFileSync(process.execPath, ['-e', script], { env, input, encoding: 'utf8' }),
  ) as Record<string, Bar[]>;
}

const folderAt = (time: string, resolution = 'SUCCESS'): Folder => ({
  resolution,
  timeCreated: Date.parse(time) / 1000,
  analyses: [{ type: 'QUALITY', resolution }],
});

describe('the figures of the statistics', () => {
  const perDay = (now: string, zone: string, times: string[]): string[] => {
    const figures = figuresAt(
      now,
      zone,
      times.map((time) => folderAt(time)),
    );
    const bars = figures['checks per day'] ?? [];
    return bars.flatMap(({ label, number }) => (number > 0 ? `${label}: ${number}` : []));
  };

  it('count by days of the time zone, each from midnight to midnight', () => {
    const times = ['2026-11-26T10:59:59Z', '2026-11-26T11:00:00Z', '2026-11-27T10:59:59Z'];
    assert.deepEqual(perDay('2026-11-27T10:59:59Z', 'Pacific/Auckland', times), [
      '2026-11-26: 1',
      '2026-11-27: 2',
    ]);
    assert.deepEqual(perDay('2026-11-27T10:59:59Z', 'UTC', times), ['2026-11-26: 2', '2026-11-27: 1']);
  });

  it('leave out what is older than seven days, although the server gave it', () => {
    const times = ['2026-11-20T23:59:59Z', '2026-11-21T00:00:00Z', '2026-11-27T09:00:00Z'];
    assert.deepEqual(perDay('2026-11-27T10:00:00Z', 'UTC', times), ['2026-11-21: 1', '2026-11-27: 1']);
  });

  it('have seven different days where the clock changes', () => {
    for (const now of [
      '2026-03-29T22:30:00+02:00',
      '2026-10-25T23:30:00+01:00',
      '2026-10-26T00:30:00+01:00',
    ]) {
      const bars = figuresAt(now, 'Europe/Berlin', [folderAt(now)])['checks per day'] ?? [];
      const days = [...new Set(bars.map(({ label }) => label))];
      assert.equal(days.length, 7, days.join());
      assert.equal(days.at(-1), now.slice(0, 10));
      assert.equal(bars.findLast(({ number }) => number > 0)?.label, now.slice(0, 10));
    }
  });

  it('count by verdict and by type of the analyses', () => {
    const now = '2026-11-27T10:00:00Z';
    const two = {
      ...folderAt(now, 'DECLINED'),
      analyses: [
        { type: 'QUALITY', resolution: 'SUCCESS' },
        { type: 'BIOMETRY', resolution: 'DECLINED' },
      ],
    };
    const figures = figuresAt(now, 'UTC', [two, folderAt(now), folderAt(now, 'PROCESSING')]);
    assert.deepEqual(figures['verdicts'], [
      { label: 'Passed', number: 1 },
      { label: 'Declined', number: 1 },
      { label: 'Running', number: 1 },
    ]);
    assert.deepEqual(figures['types'], [
      { label: 'Face match', verdict: 'Declined', number: 1 },
      { label: 'Liveness', verdict: 'Passed', number: 2 },
      { label: 'Liveness', verdict: 'Running', number: 1 },
    ]);
  });
});

describe('example: statistics on the dashboard', function () {
  this.timeout(300_000);
  const rig = ExampleRig.use({ palettes: [DASHBOARD] });
  let browser: Browser;

  before(async () => {
    browser = await openChromium();
    await rig.load(STATISTICS);
  });
  after(() => browser?.close());

  it('counts the checks of the server and shows them with their best shots', async () => {
    const events = await rig.nodeRed.events();
    await rig.nodeRed.inject('statistics-start');
    const barsOf = (value: unknown): Bar[] => record(value)['payload'] as Bar[];
    const sum = (bars: Bar[]): number => bars.reduce((total, { number }) => total + number, 0);
    const some = (bars: Bar[]): string[] =>
      bars.flatMap(({ label, verdict, number }) => (number > 0 ? `${verdict} ${label}: ${number}` : []));
    /** The figures on a topic once they cover this many checks, each with its verdict. */
    const figures = async (topic: string, checks = 3): Promise<Bar[]> => {
      const { value } = await events.debugMessage((message) => {
        if (message.topic !== topic) return false;
        const bars = barsOf(message.value);
        const running = bars.some((bar) => bar.number > 0 && [bar.label, bar.verdict].includes('Running'));
        return sum(bars) === checks && !running;
      }, 120_000);
      return barsOf(value);
    };

    const perDay = await figures('checks per day');
    assert.equal(new Set(perDay.map(({ label }) => label)).size, 7);
    assert.deepEqual(await figures('verdicts'), [
      { label: 'Passed', number: 1 },
      { label: 'Declined', number: 1 },
      { label: 'Needs review', number: 1 },
    ]);
    assert.deepEqual(some(await figures('types')), [
      'Passed Liveness: 1',
      'Declined Liveness: 1',
      'Needs review Liveness: 1',
    ]);
    assert.equal((await figures('spoofing scores')).length, 10);

    // Another order in a folder that was declined: its last group counts, with all types of it.
    const { body } = await askSandbox(rig.sandbox, '/api/folders/?resolution_status=DECLINED');
    const [declined] = body['items'] as { folder_id: string }[];
    const again = { analyses: [{ type: 'quality' }, { type: 'collection' }] };
    const forgotten = { sandbox: { resolution: 'SUCCESS' } };
    const path = `/api/folders/${declined?.folder_id}`;
    await askSandbox(rig.sandbox, `${path}/meta_data/`, forgotten);
    await askSandbox(rig.sandbox, `${path}/analyses/`, again);
    const refreshed = async (topic: string, checks: number): Promise<Bar[]> => {
      events.clear();
      await rig.nodeRed.inject('statistics-every');
      return figures(topic, checks);
    };
    await untilDone(rig.sandbox, path);
    assert.deepEqual(await refreshed('verdicts', 3), [
      { label: 'Passed', number: 2 },
      { label: 'Needs review', number: 1 },
    ]);
    assert.deepEqual(some(await figures('types', 4)), [
      'Passed Blacklist: 1',
      'Passed Liveness: 2',
      'Needs review Liveness: 1',
    ]);

    const page = await browser.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    await page.goto(`${rig.nodeRed.url}/dashboard/statistics`);
    const pictures = page.locator('.oz-shots img');
    await pictures.nth(2).waitFor();
    const widths = await pictures.evaluateAll((images) =>
      Promise.all(
        images.map(async (image) => {
          if (!(image instanceof HTMLImageElement)) return 0;
          await image.decode();
          return image.naturalWidth;
        }),
      ),
    );
    assert.equal(widths.length, 3);
    assert.ok(widths.every((width) => width > 0));
    await page.locator('.nrdb-ui-chart canvas, .nrdb-ui-chart svg').nth(3).waitFor();
    for (const title of [
      'Checks per day',
      'Verdicts',
      'Verdicts by type',
      'Spoofing scores: 0 real, 1 not real',
      'Latest best shots',
    ]) {
      assert.ok(await page.getByText(title, { exact: true }).first().isVisible(), title);
    }
    assert.deepEqual(errors, []);
    await page.close();
  });
});
