import type { Node, NodeAPI, NodeDef } from 'node-red';
import { readAnalyses, readWebhook } from '../shared/analyses';
import { writeResult, writeUpload } from '../shared/message';
import { ozNode, type Work } from '../shared/node';
import { takeReset } from '../shared/reset';
import { readUpload, showProgress } from '../shared/upload';
import { emitResult, outputsOf, readReading, sendByOutput } from '../shared/verdict';
import { PROPERTIES } from './properties';

type CheckWork = Work<typeof PROPERTIES>;

export = (RED: NodeAPI): void => {
  function OzCheck(this: Node, def: NodeDef): void {
    const outputs = outputsOf({ ...def });
    ozNode(
      RED,
      this,
      def,
      PROPERTIES,
      async (work) => {
        if (work.options.action === 'check') await check(work, outputs);
        else await sessionToken(work, outputs);
      },
      takeReset,
    );
  }
  RED.nodes.registerType('oz-check', OzCheck);
};

/** Media in, verdict out. */
async function check({ job, options, client }: CheckWork, outputs: 1 | 3): Promise<void> {
  const analyses = await readAnalyses(options);
  const upload = { ...(await readUpload(options, job.msg)), ...(await readWebhook(options)) };
  const instant = options.instant;
  const reading = readReading(options);

  job.stage('uploading');
  const request = { ...upload, analyses, instant, onProgress: showProgress(job, 'waiting') };
  const answer = await client.check(request, { ...reading.limits, signal: job.signal });
  writeUpload(job.msg, answer);
  writeResult(job.msg, answer, answer.timing, reading.raw);
  await emitResult(job, client, answer, reading.emit, outputs);
}

/** For the page that captures an OzCapsula container (docs/oz-api.md 5.4). */
async function sessionToken({ job, client }: CheckWork, outputs: 1 | 3): Promise<void> {
  job.stage('asking');
  job.msg.payload = await client.sessionToken({ signal: job.signal });
  sendByOutput(job, 0, outputs);
}
