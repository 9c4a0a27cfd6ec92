import type { Node, NodeAPI, NodeDef } from 'node-red';
import { ozError } from '../../client/errors/errorMessages';
import { readAnalyses, readWebhook } from '../shared/analyses';
import { writeAnalyses } from '../shared/message';
import { ozNode } from '../shared/node';

export = (RED: NodeAPI): void => {
  function OzAnalyze(this: Node, def: NodeDef): void {
    ozNode(RED, this, def, async ({ job, options, client }) => {
      const analyses = await readAnalyses(options);
      const folderId = await options.text('folder', { value: 'oz.folderId', type: 'msg' });
      if (folderId === undefined) throw ozError('idMissing', { what: 'folder' });
      const webhook = await readWebhook(options);

      job.stage('ordering');
      const ordered = await client.analyses.start(folderId, { analyses, ...webhook }, { signal: job.signal });
      writeAnalyses(job.msg, folderId, ordered);
      job.send(job.msg);
    });
  }
  RED.nodes.registerType('oz-analyze', OzAnalyze);
};
