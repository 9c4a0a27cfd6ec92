import assert from 'node:assert/strict';
import { stub } from 'sinon';
import type { Node, NodeAPI, NodeDef } from 'node-red';
import { fillPlaces, OZ_ERROR_CODES, ozError } from '../../client';
import type { Job } from '../../nodes/shared/job';
import { handleInput } from '../../nodes/shared/lifecycle';
import { errorStatus, STATUS_TEXTS, toStatus, type StatusState } from '../../nodes/shared/status';
import { StatusLine } from '../../nodes/shared/statusLine';
import { statusOf } from '../support/palette';
import { rig, unload, type Message } from '../support/rig';

/** The English texts, with their places filled. */
const english = (key: keyof typeof STATUS_TEXTS, params: Record<string, string | number> = {}): string =>
  fillPlaces(STATUS_TEXTS[key], params);

describe('the status of a node', () => {
  const NOW = 100_000;
  const states: [string, StatusState, string][] = [
    ['nothing to do', { doing: [] }, ''],
    ['a message that has not begun', { doing: [{ since: NOW }] }, ''],
    ['one upload', { doing: [{ stage: 'uploading', since: NOW }] }, 'blue/dot/uploading'],
    [
      'a large upload',
      { doing: [{ stage: 'uploading', percent: 45.9, since: NOW }] },
      'blue/dot/uploading 45 %',
    ],
    ['a wait', { doing: [{ stage: 'waiting', since: NOW - 12_900 }] }, 'blue/ring/waiting 12 s'],
    [
      'several: the oldest, and how many',
      {
        doing: [{ stage: 'waiting', since: NOW - 3000 }, { stage: 'uploading', since: NOW }, { since: NOW }],
      },
      'blue/ring/waiting 3 s (3)',
    ],
    ['an error', { doing: [], lastError: 'OZ_AUTH' }, 'red/ring/sign-in failed'],
    [
      'an error, and new work',
      { doing: [{ stage: 'ordering', since: NOW }], lastError: 'OZ_AUTH' },
      'blue/dot/starting analyses',
    ],
    [
      'passed, with a score',
      { doing: [], verdict: { resolution: 'SUCCESS', spoofing: 0.034 } },
      'green/dot/passed · 0.03',
    ],
    ['passed, without one', { doing: [], verdict: { resolution: 'SUCCESS' } }, 'green/dot/passed'],
    ['declined', { doing: [], verdict: { resolution: 'DECLINED', spoofing: 0.9 } }, 'red/dot/declined'],
    [
      'a verdict for people',
      { doing: [], verdict: { resolution: 'OPERATOR_REQUIRED' } },
      'yellow/dot/needs review',
    ],
    [
      'no best shot where one was wanted',
      { doing: [], verdict: { resolution: 'SUCCESS', spoofing: 0.1, bestShot: 'none' } },
      'yellow/dot/no best shot',
    ],
    [
      'no best shot because none was ordered',
      { doing: [], verdict: { resolution: 'SUCCESS', bestShot: 'notOrdered' } },
      'yellow/dot/best shot off',
    ],
    [
      'no best shot for this gesture',
      { doing: [], verdict: { resolution: 'SUCCESS', bestShot: 'notForGesture' } },
      'yellow/dot/no shot for gesture',
    ],
    [
      'a best shot',
      { doing: [], verdict: { resolution: 'SUCCESS', spoofing: 0.034, bestShot: 'given' } },
      'green/dot/passed · 0.03',
    ],
    [
      'a wait that ended first',
      { doing: [], verdict: { resolution: 'PROCESSING' } },
      'yellow/ring/no verdict yet',
    ],
    [
      'a verdict, and new work',
      { doing: [{ stage: 'waiting', since: NOW }], verdict: { resolution: 'SUCCESS' } },
      'blue/ring/waiting 0 s',
    ],
    [
      'a verdict, and an error since',
      { doing: [], verdict: { resolution: 'SUCCESS' }, lastError: 'OZ_TIMEOUT' },
      'red/ring/timed out',
    ],
    ['a disabled server', { doing: [], problem: 'serverDisabled' }, 'red/ring/server disabled'],
    ['no server', { doing: [], problem: 'serverMissing' }, 'red/ring/no server'],
  ];
  for (const [name, state, expected] of states) {
    it(`${name}: ${expected || 'cleared'}`, () => {
      assert.equal(statusOf({ status: toStatus(state, NOW, english) }), expected);
    });
  }

  it('has a short text for every code and stage, under 20 characters', () => {
    for (const code of [...OZ_ERROR_CODES, 'mediaMissing', 'notOz'] as const) {
      assert.ok(STATUS_TEXTS[code].length < 20, code);
    }
    const longest: StatusState = { doing: [{ stage: 'uploading', percent: 100, since: NOW }] };
    assert.ok((toStatus(longest, NOW, english).text ?? '').length < 20);
  });

  it('names the error where its code says too little', () => {
    assert.equal(errorStatus(ozError('notOz', { host: 'oz.example' }), 'OZ_RESPONSE'), 'notOz');
    assert.equal(errorStatus(ozError('mediaMissing', { file: 'a.mp4' }), 'OZ_MEDIA'), 'mediaMissing');
    assert.equal(errorStatus(ozError('mediaEmpty', { file: 'a.mp4' }), 'OZ_MEDIA'), 'OZ_MEDIA');
    assert.equal(errorStatus(new Error('notOz'), 'OZ_RESPONSE'), 'OZ_RESPONSE');
  });

  describe('on the canvas', () => {
    afterEach(unload);

    it('is shown no faster than a person can read, never twice the same, and ends with the truth', async () => {
      const jobs: Job[] = [];
      const ends: (() => void)[] = [];
      const probe = (RED: NodeAPI): void => {
        RED.nodes.registerType('probe', function (this: Node, def: NodeDef) {
          RED.nodes.createNode(this, def);
          handleInput(RED, this, new StatusLine(RED, this, () => undefined), async (job) => {
            jobs.push(job);
            await new Promise<void>((resolve) => ends.push(resolve));
          });
        });
      };
      const { send, statuses } = await rig({ types: [probe], chain: [{ id: 'n1', type: 'probe' }] });
      const began = Date.now();
      for (let count = 0; count < 200; count += 1) {
        send({ payload: count });
        jobs.at(-1)?.stage('uploading', count / 2);
      }
      await statuses.next((msg) => statusOf(msg) === 'blue/dot/uploading 0 % (200)');
      for (const job of jobs) job.stage('downloading');
      for (const end of ends) end();
      await statuses.next((msg) => statusOf(msg) === '');
      const shown = statuses.messages.map(statusOf);
      const allowed = 2 + Math.ceil((Date.now() - began) / 250);
      assert.ok(shown.length <= allowed, `${shown.length} updates for 200 messages`);
      assert.ok(shown.every((text, index) => text !== shown[index - 1]));
    });

    it('counts the seconds of a wait by itself, also when the clock of the machine is set', async () => {
      const probe = (RED: NodeAPI): void => {
        RED.nodes.registerType('probe', function (this: Node, def: NodeDef) {
          RED.nodes.createNode(this, def);
          handleInput(RED, this, new StatusLine(RED, this, () => undefined), (job) => {
            job.stage('waiting');
            return new Promise(() => {});
          });
        });
      };
      const { send, statuses } = await rig({ types: [probe], chain: [{ id: 'n1', type: 'probe' }] });
      send({ payload: 1 });
      /** What is shown next after so many seconds, which a busy machine may pass over. */
      const later = async (than: number): Promise<number> => {
        const seconds = (msg: Message): number =>
          Number(/^blue\/ring\/waiting (\d+) s$/.exec(statusOf(msg))?.[1] ?? -1);
        return seconds(await statuses.next((msg) => seconds(msg) > than));
      };
      const first = await later(-1);
      const second = await later(first);
      const anHourAgo = Date.now() - 3_600_000;
      const clock = stub(Date, 'now').returns(anHourAgo);
      try {
        const third = await later(second);
        assert.ok(third <= second + 60, `${third} s`);
      } finally {
        clock.restore();
      }
    });
  });
});
