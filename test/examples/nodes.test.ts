import { strict as assert } from 'node:assert';
import { ExampleRig } from '../support/exampleRig';
import { assertJpegAt } from '../support/jpeg';
import { askSandbox } from '../support/askSandbox';
import { record } from '../../tools/launch/values';

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/;

describe('examples of the nodes', function () {
  this.timeout(300_000);
  const rig = ExampleRig.use();

  it('1: a selfie video gives the URL of its best shot, and a page with it', async () => {
    await rig.load('1 Best shot of a selfie video');
    const page = `${rig.nodeRed.url}/best-shot`;
    assert.match(await (await fetch(page)).text(), /No check yet/);

    const { payload, oz } = await rig.press('best-shot-start', 'best-shot-shown');
    const data = record(oz);
    assert.equal(data['resolution'], 'SUCCESS');
    assert.equal(payload, data['bestShotUrl']);
    assert.match(String(data['folderId']), UUID);
    await assertJpegAt(payload);

    const html = (await (await fetch(page)).text()).replaceAll('&#x2F;', '/');
    assert.ok(html.includes(`<img src="${String(payload)}"`), html);
  });

  it('2: a video and a photo land in one folder with its metadata', async () => {
    await rig.load('2 Upload media into a folder');
    const { oz } = await rig.press('upload-start', 'upload-shown');
    const folderId = String(record(oz)['folderId']);
    const { body: folder } = await askSandbox(rig.sandbox, `/api/folders/${folderId}`);
    assert.deepEqual(record(folder['meta_data'])['transaction_id'], '42');
    const tags = (folder['media'] as { tags: string[] }[]).map((media) => media.tags.join(' '));
    assert.deepEqual(tags.toSorted(), [
      'photo_selfie',
      'video_selfie video_selfie_blank orientation_portrait',
    ]);
  });

  it('3: liveness without a best shot gives a score, by which the flow branches', async () => {
    await rig.load('3 Liveness score without a best shot');
    const { payload, oz } = await rig.press('analyze-start', 'analyze-real');
    const [first] = record(oz)['liveness'] as { spoofing: number }[];
    assert.ok(first !== undefined && first.spoofing >= 0 && first.spoofing <= 0.3);
    assert.equal(record(payload)['resolution'], 'SUCCESS');
    assert.equal('bestShotUrl' in record(oz), false);
  });

  it('4: each verdict leaves by its own output, with the image; ids find the check again', async () => {
    await rig.load('4 Three ways out by verdict');
    for (const [button, way, resolution] of [
      ['verdict-passes', 'verdict-passed', 'SUCCESS'],
      ['verdict-declines', 'verdict-declined', 'DECLINED'],
      ['verdict-unsure', 'verdict-person', 'OPERATOR_REQUIRED'],
    ] as const) {
      const { payload, oz } = await rig.press(button, way);
      assert.equal(record(oz)['resolution'], resolution);
      const { type, data } = record(payload) as { type?: string; data?: number[] };
      assert.equal(type, 'Buffer');
      assert.deepEqual(data?.slice(0, 3), [0xff, 0xd8, 0xff]);
    }
    const { payload } = await rig.press('verdict-again', 'verdict-later-shown');
    assert.equal(record(payload)['resolution'], 'OPERATOR_REQUIRED');
  });

  it('5: one node takes a video to its verdict and best shot', async () => {
    await rig.load('5 Check in one node');
    const { payload, oz } = await rig.press('check-start', 'check-shown');
    assert.equal(record(oz)['resolution'], 'SUCCESS');
    await assertJpegAt(payload);
  });

  it('6: a folder is found by its metadata, which are changed, and by the time of its making', async () => {
    await rig.load('6 Find folders and change their metadata');
    const made = await rig.press('folder-start', 'folder-made');
    const { folderId } = record(made['oz']);

    const found = await rig.press('folder-find', 'folder-found');
    assert.equal(record(found['payload'])['folderId'], folderId);
    assert.deepEqual(record(found['payload'])['metadata'], { transaction_id: '4711', shop: 'North' });
    assert.equal(record(found['parts'])['count'], 1);

    const recent = await rig.press('folder-recent', 'folder-recent-shown');
    const ids = (recent['payload'] as { folderId: string }[]).map((folder) => folder.folderId);
    assert.ok(ids.includes(String(folderId)));

    const changed = await rig.press('folder-change', 'folder-changed');
    const { metadata } = record(changed['payload']);
    assert.deepEqual(metadata, { transaction_id: '4711', shop: 'South', clerk: '7' });
  });

  it('7: a person on the blacklist is found in her video, another person is not', async () => {
    await rig.load('7 Blacklist');
    const made = await rig.press('blacklist-start', 'blacklist-made');
    const { personId } = record(made['payload']);
    assert.match(String(personId), UUID);

    const hit = record((await rig.press('blacklist-listed', 'blacklist-shown'))['oz']);
    assert.equal(hit['resolution'], 'DECLINED');
    assert.deepEqual(
      (hit['persons'] as { personId: string }[]).map((person) => person.personId),
      [personId],
    );

    const miss = record((await rig.press('blacklist-other', 'blacklist-shown'))['oz']);
    assert.equal(miss['resolution'], 'SUCCESS');
    assert.deepEqual(miss['persons'] ?? [], []);

    await rig.press('blacklist-clear', 'blacklist-deleted');
    const after = record((await rig.press('blacklist-listed', 'blacklist-shown'))['oz']);
    assert.equal(after['resolution'], 'SUCCESS');
  });
});
