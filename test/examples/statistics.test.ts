import { strict as assert } from 'node:assert';
import type { Browser } from 'playwright-core';
import { openChromium } from '../../tools/launch/chromium';
import { ExampleRig } from '../support/exampleRig';
import { record } from '../../tools/launch/values';

interface Bar {
  label: string;
  number: number;
}

const DASHBOARD = '@flowfuse/node-red-dashboard';

describe('example: statistics on the dashboard', function () {
  this.timeout(180_000);
  const rig = ExampleRig.use({ palettes: [DASHBOARD] });
  let browser: Browser;

  before(async () => {
    browser = await openChromium();
    await rig.load('Scenarios/Statistics (needs the FlowFuse dashboard)');
  });
  after(() => browser?.close());

  it('counts the checks of the server and shows them with their best shots', async () => {
    const events = await rig.nodeRed.events();
    await rig.nodeRed.inject('statistics-start');
    const barsOf = (value: unknown): Bar[] => record(value)['payload'] as Bar[];
    const sum = (bars: Bar[]): number => bars.reduce((total, { number }) => total + number, 0);
    /** The figures on a topic once they hold three checks, each with its verdict. */
    const figures = async (topic: string): Promise<Bar[]> => {
      const { value } = await events.debugMessage((message) => {
        if (message.topic !== topic) return false;
        const bars = barsOf(message.value);
        return sum(bars) === 3 && !bars.some(({ label }) => label === 'Running');
      }, 120_000);
      return barsOf(value);
    };

    const perHour = await figures('checks per hour');
    assert.equal(perHour.length, 24);
    assert.equal(sum(perHour.slice(-2)), 3);
    assert.deepEqual(await figures('verdicts'), [
      { label: 'Passed', number: 1 },
      { label: 'Declined', number: 1 },
      { label: 'Needs review', number: 1 },
    ]);
    assert.equal((await figures('spoofing scores')).length, 10);

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
    await page.locator('.nrdb-ui-chart canvas, .nrdb-ui-chart svg').nth(2).waitFor();
    for (const title of [
      'Checks per hour',
      'Verdicts',
      'Spoofing scores: 0 real, 1 not real',
      'Latest best shots',
    ]) {
      assert.ok(await page.getByText(title, { exact: true }).first().isVisible(), title);
    }
    assert.deepEqual(errors, []);
    await page.close();
  });
});
