import assert from 'node:assert/strict';
import { awaitsDecision, checkResult, type Analysis } from '../../../client';
import { readAnalysis } from '../../../client/wire/analysis';
import { fixture, object } from '../support/fixtures';

const BIOMETRY = object(fixture('biometry-operator-required'));
const read = (more: object = {}): Analysis => readAnalysis({ ...BIOMETRY, ...more }, (url) => url);

describe('the decision of a person', () => {
  it('is open where the server wants one', () => {
    const analysis = read();
    assert.equal(analysis.resolution, 'OPERATOR_REQUIRED');
    assert.equal(analysis.decision, undefined);
    assert.ok(awaitsDecision(checkResult('f', [analysis])));
  });

  it('counts where it stands beside the verdict that asked for it', () => {
    const analysis = read({ resolution_operator: 'declined', operator_comment: 'another person' });
    assert.equal(analysis.resolution, 'DECLINED');
    assert.deepEqual(analysis.decision, { resolution: 'DECLINED', comment: 'another person' });
    assert.ok(!awaitsDecision(checkResult('f', [analysis])));
  });

  it('is told, and changes nothing, where the verdict itself has changed already', () => {
    const words = { resolution: 'SUCCESS', resolution_status: 'SUCCESS', resolution_operator: 'SUCCESS' };
    const analysis = read(words);
    assert.equal(analysis.resolution, 'SUCCESS');
    assert.deepEqual(analysis.decision, { resolution: 'SUCCESS' });
  });

  it('is never made of a word that is none, nor of a check that still runs or failed', () => {
    assert.equal(read({ resolution_operator: 'MAYBE' }).resolution, 'OPERATOR_REQUIRED');
    assert.equal(read({ resolution_operator: null }).decision, undefined);
    const running = { state: 'PROCESSING', resolution: 'PROCESSING', resolution_status: 'PROCESSING' };
    assert.equal(read({ ...running, resolution_operator: 'SUCCESS' }).resolution, 'PROCESSING');
    const failed = { state: 'FAILED', resolution: 'FAILED', resolution_status: 'FAILED' };
    assert.equal(read({ ...failed, resolution_operator: 'SUCCESS' }).resolution, 'FAILED');
  });

  it('is not awaited for an answer that this version does not know', () => {
    const strange = read({ resolution: 'SUSPICIOUS', resolution_status: 'SUSPICIOUS' });
    assert.equal(strange.resolution, 'OPERATOR_REQUIRED');
    assert.ok(!awaitsDecision(checkResult('f', [strange])));
    assert.ok(!awaitsDecision(checkResult('f', [strange, read()])));
    assert.equal(
      read({ resolution: 'SUSPICIOUS', resolution_operator: 'SUCCESS' }).resolution,
      'OPERATOR_REQUIRED',
    );
  });
});
