import type { Node, NodeAPI, NodeDef } from 'node-red';
import { livenessMedia, ozError } from '../../client';
import { readAnalyses, readMediaIds, readWebhook } from '../shared/analyses';
import { ozOf, writeAnalyses, type OzMessage } from '../shared/message';
import { ozNode } from '../shared/node';
import { PROPERTIES } from './properties';

export = (RED: NodeAPI): void => {
  function OzAnalyze(this: Node, def: NodeDef): void {
    ozNode(RED, this, def, PROPERTIES, async ({ job, options, client }) => {
      const folderId = await options.folder.text();
      const sourceMedia = await readMediaIds(options.sourceMedia);
      const analyses = await readAnalyses(
        options,
        async (name) =>
          (await readMediaIds(options[`${name}Media`])) ??
          sourceMedia ??
          (name === 'liveness' ? withoutDocuments(job.msg, folderId) : undefined),
      );
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

/** The media for liveness, if the message knows the folder's media and liveness cannot judge all of them. */
function withoutDocuments(msg: OzMessage, folderId: string | undefined): string[] | undefined {
  const { folderId: known, media } = ozOf(msg);
  return known === folderId && Array.isArray(media) ? livenessMedia(media) : undefined;
}
