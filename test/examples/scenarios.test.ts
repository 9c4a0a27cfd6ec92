import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ExampleRig } from '../support/exampleRig';
import { assertJpeg } from '../support/jpeg';
import { askSandbox } from '../support/askSandbox';
import { record } from '../../tools/launch/values';

describe('examples of the scenarios', function () {
  this.timeout(300_000);
  const rig = ExampleRig.use();

  it('face match: the same person in video and photo, and in best shot and photo', async () => {
    await rig.load('Scenarios/Face match');
    for (const [button, shown, analyses] of [
      ['match-start', 'match-shown', ['BIOMETRY', 'QUALITY']],
      ['match-again', 'match-shown2', ['BIOMETRY']],
    ] as const) {
      const oz = record((await rig.press(button, shown))['oz']);
      assert.equal(oz['resolution'], 'SUCCESS');
      const { min, max } = record(oz['match']);
      assert.ok(
        Number(min) > 0 && Number(min) <= Number(max) && Number(max) <= 1,
        JSON.stringify(oz['match']),
      );
      const types = (oz['analyses'] as { type: string }[]).map(({ type }) => type);
      assert.deepEqual(types.toSorted(), analyses);
    }
  });

  for (const order of ['video first', 'ID photo first'] as const) {
    it(`face match, ${order}: the best shot is of the selfie`, async () => {
      await rig.load('Scenarios/Face match', (node) => {
        if (node.id !== 'match-both' || order === 'video first') return [node];
        const func = String(node['func']).replace('delete msg.video;', 'msg.payload.reverse();');
        return [{ ...node, func }];
      });
      const oz = record((await rig.press('match-start', 'match-shown'))['oz']);
      const names = (oz['media'] as { name: string }[]).map(({ name }) => name);
      assert.equal(names[0], order === 'video first' ? 'selfie.mp4' : 'document.png');
      assert.equal(oz['resolution'], 'SUCCESS');
      const shots = oz['bestShots'] as { sourceName: string; url: string }[];
      assert.deepEqual(
        shots.map(({ sourceName }) => sourceName),
        ['selfie.mp4'],
      );
      assert.equal(oz['bestShotUrl'], shots[0]?.url);
    });
  }

  it('documents: the text fields come with the result', async () => {
    await rig.load('Scenarios/Documents');
    const oz = record((await rig.press('documents-start', 'documents-shown'))['oz']);
    const fields = oz['textFields'] as { name: string; visual?: string }[];
    assert.ok(
      fields.some(({ name, visual }) => name === 'Surname' && visual === 'HOPPER'),
      JSON.stringify(fields),
    );
  });

  it('delete after storing: the picture is on disk and the folder gone', async () => {
    await rig.load('Scenarios/Delete after storing');
    const { oz, payload } = await rig.press('privacy-start', 'privacy-shown');
    const folderId = String(record(oz)['folderId']);
    assert.equal(payload, undefined);
    assertJpeg(await readFile(join(rig.nodeRed.userDir, `best-shot-${folderId}.jpg`)));
    const { status } = await askSandbox(rig.sandbox, `/api/folders/${folderId}`);
    assert.equal(status, 404);
  });

  it('webhook: one message leaves, whichever way came first', async () => {
    await rig.load('Scenarios/Webhook');
    const { oz } = await rig.press('webhook-start', 'webhook-shown');
    assert.equal(record(oz)['resolution'], 'SUCCESS');
    // The webhook comes before or after the result was read; give the later one the time of another whole check.
    await rig.press('webhook-start', 'webhook-shown');
    const { debug } = await rig.nodeRed.events();
    assert.equal(debug.filter(({ id }) => id === 'webhook-shown').length, 1);
  });

  it('webhook: the caller is answered at once, and what comes again is told apart by its key', async () => {
    await rig.load('Scenarios/Webhook');
    const { oz } = await rig.press('webhook-start', 'webhook-shown');
    const { folderId, checkKey } = record(oz);
    // A node that is made anew has forgotten what it sent, as after a restart of Node-RED.
    await rig.load('Scenarios/Webhook', (node) => (node.id === 'webhook-wait' ? [] : [node]));
    await rig.load('Scenarios/Webhook');
    const answer = await fetch(`${rig.nodeRed.url}/oz-webhook`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ folder_id: folderId }),
    });
    assert.equal(answer.status, 200);
    const events = await rig.nodeRed.events();
    await events.status(({ id, text }) => id === 'webhook-wait' && text?.startsWith('passed') === true);
    // By the time of another whole check, what came again would have been shown.
    await rig.nodeRed.inject('webhook-start');
    const { value } = await events.debugMessage(({ id }) => id === 'webhook-shown');
    assert.notEqual(record(record(value)['oz'])['checkKey'], checkKey);
    assert.equal(events.debug.filter(({ id }) => id === 'webhook-shown').length, 1);
  });

  for (const [button, shown, resolution] of [
    ['decision-yes', 'decision-approved', 'SUCCESS'],
    ['decision-no', 'decision-declined', 'DECLINED'],
  ] as const) {
    it(`operator's decision: the flow waits for a person, and goes on with ${resolution}`, async () => {
      await rig.load("Scenarios/Operator's decision");
      const events = await rig.nodeRed.events();
      await rig.nodeRed.inject('decision-start');
      await events.status(({ id, text }) => id === 'decision-wait' && text === 'awaiting operator', 90_000);
      const oz = record((await rig.press(button, shown))['oz']);
      assert.equal(oz['resolution'], resolution);
      const [analysis] = oz['analyses'] as Record<string, unknown>[];
      assert.deepEqual(analysis?.['decision'], { resolution });
    });
  }

  it('instant: verdict and picture come back, and the server keeps nothing', async () => {
    await rig.load('Scenarios/Instant');
    const before = await askSandbox(rig.sandbox, '/api/folders/?limit=100');
    const { oz, payload } = await rig.press('instant-start', 'instant-shown');
    assert.equal(record(oz)['resolution'], 'SUCCESS');
    assert.equal(record(payload)['type'], 'Buffer');
    const after = await askSandbox(rig.sandbox, '/api/folders/?limit=100');
    assert.deepEqual(after.body, before.body);
    assert.equal(
      (await askSandbox(rig.sandbox, `/api/folders/${String(record(oz)['folderId'])}`)).status,
      404,
    );
  });

  it('API Lite: the verdict on a photo, and on two of the same person', async () => {
    await rig.load('Scenarios/Lite');
    const before = await askSandbox(rig.sandbox, '/api/folders/?limit=100');
    const one = await rig.press('lite-start', 'lite-shown');
    assert.equal(record(one.oz)['resolution'], 'SUCCESS');
    const two = await rig.press('lite-two-start', 'lite-shown');
    assert.equal(record(two.oz)['resolution'], 'SUCCESS');
    assert.ok(Number(record(record(two.oz)['match'])['min']) > 0.99);
    const after = await askSandbox(rig.sandbox, '/api/folders/?limit=100');
    assert.deepEqual(after.body, before.body);
  });

  it('users: who is signed in; a user is created, without its password, and locked out', async () => {
    await rig.load('Scenarios/Users');
    const me = await rig.press('account-start', 'account-shown');
    assert.equal(record(me['payload'])['role'], 'clientAdmin');
    const locked = await rig.press('account-new', 'account-locked');
    assert.equal(record(locked['payload'])['active'], false);
    assert.equal('password' in record(locked['payload']), false);
  });

  it('OzCapsula: the page gets a session token, and its container arrives unopened', async () => {
    await rig.load('Scenarios/OzCapsula');
    const { payload } = await rig.press('capsula-start', 'capsula-shown');
    const { status } = await askSandbox(rig.sandbox, `/api/folders/${String(record(payload)['folder_id'])}`);
    assert.equal(status, 200);
    const empty = await fetch(`${rig.nodeRed.url}/capsula`, { method: 'POST' });
    assert.equal(empty.status, 502);
    assert.deepEqual(await empty.json(), { error: 'OZ_MEDIA' });
  });
});
