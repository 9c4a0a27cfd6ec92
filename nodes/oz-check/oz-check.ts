import type { Node, NodeAPI, NodeDef } from 'node-red';
import { mediaFrom } from '../../client';
import { readAnalyses, readWebhook } from '../shared/analyses';
import { writeResult, writeUpload } from '../shared/message';
import { ozNode, type Work } from '../shared/node';
import { takeReset } from '../shared/reset';
import { makeFindable, readMediaValue, readUpload, showProgress } from '../shared/upload';
import { emitResult, outputsOf, resultOptions, sendByOutput } from '../shared/verdict';
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
        const { action } = work.options;
        if (action === 'check') await check(work, outputs);
        else if (action === 'faceTemplate') await faceTemplate(work, outputs);
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
  const wanted = resultOptions(options);

  job.stage('uploading');
  const request = {
    ...upload,
    analyses,
    instant,
    onProgress: showProgress(job, 'waiting'),
    onUploadId: makeFindable(job, 'container' in upload && !instant),
  };
  const answer = await client.check(request, { ...wanted.limits, signal: job.signal });
  writeUpload(job.msg, answer);
  writeResult(job.msg, answer, answer.timing, wanted.raw, client.bestShotGestures);
  const bestShotPossible = answer.way !== 'lite';
  await emitResult(job, client, answer, { emit: wanted.emit, outputs, bestShotPossible });
}

/** The face of one photo as a template, which API Lite compares with other faces (docs/oz-api.md 5.6). */
async function faceTemplate({ job, options, client }: CheckWork, outputs: 1 | 3): Promise<void> {
  const { value, textAs } = await readMediaValue(options, job.msg);
  const media = mediaFrom(value, { tags: [], textAs });
  job.stage('uploading');
  const request = { media, onProgress: showProgress(job, 'waiting') };
  job.msg.payload = await client.faceTemplate(request, { signal: job.signal });
  sendByOutput(job, 0, outputs);
}

/** For the page that captures an OzCapsula container (docs/oz-api.md 5.4). */
async function sessionToken({ job, client }: CheckWork, outputs: 1 | 3): Promise<void> {
  job.stage('asking');
  job.msg.payload = await client.sessionToken({ signal: job.signal });
  sendByOutput(job, 0, outputs);
}
