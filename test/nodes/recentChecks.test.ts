import { strict as assert } from 'node:assert';
import sinon from 'sinon';
import { RecentChecks } from '../../nodes/shared/recentChecks';
import { NodeRed } from '../../tools/launch/nodeRed';

const check = (serverId: string, folderId: string): Parameters<RecentChecks['add']>[0] => ({
  nodeId: 'node',
  serverId,
  finishedAt: 0,
  durationMs: 1,
  folderId,
});

describe('recent checks', () => {
  const folders = (checks: RecentChecks, after = 0): (string | undefined)[] =>
    checks.watch(after).map(({ folderId }) => folderId);

  it('are not kept while no editor asks', () => {
    const checks = new RecentChecks();
    checks.add(check('server', 'unseen'));
    assert.deepEqual(folders(checks), []);
    checks.add(check('server', 'seen'));
    assert.deepEqual(folders(checks), ['seen']);
    checks.clear();
  });

  it('are forgotten when the last editor stops asking', () => {
    const clock = sinon.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const checks = new RecentChecks();
      checks.watch(0);
      checks.add(check('server', 'folder'), () => Promise.reject(new Error('not asked for')));
      const [kept] = checks.watch(0);
      assert.ok(kept?.hasBestShot);
      clock.tick(14_000);
      assert.ok(checks.watched);
      clock.tick(2_000);
      assert.equal(checks.watched, false);
      assert.equal(checks.bestShotOf(kept.sequence), undefined);
      assert.deepEqual(folders(checks), []);
      checks.clear();
    } finally {
      clock.restore();
    }
  });

  it('are told once, the newest twenty of each server', () => {
    const checks = new RecentChecks();
    checks.watch(0);
    checks.add(check('quiet', 'quiet'));
    for (let index = 0; index < 25; index += 1) checks.add(check('busy', `busy${index}`));
    const kept = checks.watch(0);
    assert.equal(kept.length, 21);
    assert.equal(kept[0]?.folderId, 'quiet');
    assert.equal(kept[1]?.folderId, 'busy5');
    assert.deepEqual(folders(checks, kept.at(-1)?.sequence), []);
    checks.clear();
  });

  it('are told only to those who may read flows', async function () {
    this.timeout(90_000);
    const nodeRed = await NodeRed.start({ settings: { adminAuth: { type: 'credentials', users: [] } } });
    try {
      for (const path of ['/oz-checks', '/oz-checks/1/best-shot']) {
        assert.equal((await fetch(nodeRed.url + path)).status, 401, path);
      }
    } finally {
      await nodeRed.stop();
    }
  });
});
