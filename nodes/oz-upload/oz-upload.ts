import type { Node, NodeAPI, NodeDef } from 'node-red';
import { readWebhook } from '../shared/analyses';
import { nodeError } from '../shared/errors';
import { writeUpload } from '../shared/message';
import { ozNode } from '../shared/node';
import { PROPERTIES } from './properties';
import { createFolder, makeFindable, readUpload, showProgress } from '../shared/upload';

export = (RED: NodeAPI): void => {
  function OzUpload(this: Node, def: NodeDef): void {
    ozNode(RED, this, def, PROPERTIES, async ({ job, options, client }) => {
      const folderId = await options.folder.text();
      const upload = { ...(await readUpload(options, job.msg)), ...(await readWebhook(options)) };

      job.stage('uploading');
      const began = performance.now();
      if (folderId === undefined) {
        const folder = await createFolder(client, upload, job);
        writeUpload(job.msg, folder, took(began));
      } else {
        if ('container' in upload) throw nodeError('containerFolder');
        const request = { ...upload, onProgress: showProgress(job), onUploadId: makeFindable(job, false) };
        const media = await client.folders.addMedia(folderId, request, { signal: job.signal });
        writeUpload(job.msg, { folderId, media }, took(began));
      }
      job.send(job.msg);
    });
  }
  RED.nodes.registerType('oz-upload', OzUpload);
};

const took = (began: number): number => Math.round(performance.now() - began);
