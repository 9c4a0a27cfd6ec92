import type { Node, NodeAPI, NodeDef } from 'node-red';
import { fault } from '../../client/sentences';
import { writeResult } from '../shared/message';
import { ozNode } from '../shared/node';
import { emitResult, outputsOf, readReading } from '../shared/verdict';
import { targetOf } from './target';

export = (RED: NodeAPI): void => {
  function OzResult(this: Node, def: NodeDef): void {
    const outputs = outputsOf({ ...def });
    ozNode(RED, this, def, async ({ job, options, client }) => {
      const target = targetOf(await options.value('source', { value: 'oz', type: 'msg' }));
      if (target === undefined) throw fault('targetMissing');
      const reading = readReading(options);

      job.stage('waiting');
      const result = await client.analyses.wait(target, { ...reading.limits, signal: job.signal });
      writeResult(job.msg, result, result.timing, reading.raw);
      await emitResult(job, client, result, reading.emit, outputs);
    });
  }
  RED.nodes.registerType('oz-result', OzResult);
};
