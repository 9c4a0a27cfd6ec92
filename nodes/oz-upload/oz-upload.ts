import type { Node, NodeAPI, NodeDef } from 'node-red';
import { readMetadata, readWebhook } from '../shared/analyses';
import { readMedia } from '../shared/media';
import { writeUpload } from '../shared/message';
import { ozNode } from '../shared/node';
import { progressOf } from '../shared/progress';
import { readTags } from '../shared/tags';

export = (RED: NodeAPI): void => {
  function OzUpload(this: Node, def: NodeDef): void {
    ozNode(RED, this, def, async ({ job, options, client }) => {
      const folderId = await options.text('folder', { value: '', type: 'msg' });
      const tags = readTags(options);
      const request = {
        media: await readMedia(options, job.msg, tags === 'container' ? [] : tags),
        ...(await readMetadata(options)),
        ...(await readWebhook(options)),
        onProgress: progressOf(job),
      };
      const { signal } = job;

      job.stage('uploading');
      const began = performance.now();
      const made =
        folderId === undefined
          ? await client.folders.create(request, { signal })
          : { folderId, media: await client.folders.addMedia(folderId, request, { signal }) };
      writeUpload(job.msg, { ...made, uploadMs: Math.round(performance.now() - began) });
      job.send(job.msg);
    });
  }
  RED.nodes.registerType('oz-upload', OzUpload);
};
