import type { Node, NodeAPI, NodeDef } from 'node-red';
import { ozError } from '../../client';
import { readAnalyses, readMediaIds, readWebhook } from '../shared/analyses';
import { writeAnalyses } from '../shared/message';
import { ozNode } from '../shared/node';
import { PROPERTIES } from './properties';

export = (RED: NodeAPI): void => {
  function OzAnalyze(this: Node, def: NodeDef): void {
    ozNode(RED, this, def, PROPERTIES, async ({ job, options, client }) => {
      const sourceMedia = await readMediaIds(options.sourceMedia);
      const analyses = await readAnalyses(
        options,
        async (name) => (await readMediaIds(options[`${name}Media`])) ?? sourceMedia,
      );
      const folderId = await options.folder.text();
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
