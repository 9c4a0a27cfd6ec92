import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { MetadataTarget } from '../../client';
import { ozError } from '../../client/errors/errorMessages';
import { readMetadata } from '../shared/analyses';
import { ozOf } from '../shared/message';
import { ozNode, type Work } from '../shared/node';
import { configChoice, type Config, type Options } from '../shared/options';
import { describeFolder, writeFolder } from './folder';
import { listFolders } from './list';

const ACTIONS = [
  'get',
  'list',
  'delete',
  'readMetadata',
  'addMetadata',
  'changeMetadata',
  'deleteMetadata',
] as const;

export = (RED: NodeAPI): void => {
  function OzFolder(this: Node, def: NodeDef): void {
    const config: Config = { ...def };
    ozNode(RED, this, def, async (work) => {
      const action = configChoice(config, 'action', ACTIONS, 'get');
      if (action === 'list') await listFolders(RED, work);
      else if (action === 'get') await getFolder(work);
      else if (action === 'delete') await deleteFolder(work);
      else await metadata(work, action);
    });
  }
  RED.nodes.registerType('oz-folder', OzFolder);
};

async function folderId(options: Options): Promise<string> {
  const id = await options.text('folder', { value: 'oz.folderId', type: 'msg' });
  if (id === undefined) throw ozError('idMissing', { what: 'folder' });
  return id;
}

async function getFolder({ job, options, client }: Work): Promise<void> {
  const id = await folderId(options);
  job.stage('asking');
  const folder = await client.folders.get(id, { signal: job.signal });
  writeFolder(job.msg, folder, options.flag('raw', false));
  job.msg.payload = describeFolder(folder);
  job.send(job.msg);
}

/** The message goes on as it came, so that what was stored about the check can be dealt with. */
async function deleteFolder({ job, options, client }: Work): Promise<void> {
  const id = await folderId(options);
  job.stage('deleting');
  await client.folders.delete(id, { signal: job.signal });
  ozOf(job.msg).folderId = id;
  job.send(job.msg);
}

async function metadata(
  { job, options, client }: Work,
  action: 'readMetadata' | 'addMetadata' | 'changeMetadata' | 'deleteMetadata',
): Promise<void> {
  const target = await readTarget(options);
  const call = { signal: job.signal };
  job.stage(action === 'deleteMetadata' ? 'deleting' : 'asking');
  if (action === 'readMetadata') job.msg.payload = await client.metadata.get(target, call);
  else if (action === 'deleteMetadata') await client.metadata.delete(target, call);
  else {
    const { metadata: fields } = await readMetadata(options, { value: 'payload', type: 'msg' });
    if (fields === undefined) throw ozError('metadataInvalid');
    job.msg.payload =
      action === 'addMetadata'
        ? await client.metadata.add(target, fields, call)
        : await client.metadata.change(target, fields, call);
  }
  job.send(job.msg);
}

/** Whose metadata. */
async function readTarget(options: Options): Promise<MetadataTarget> {
  const object = options.choice('target', ['folder', 'media', 'analysis'], 'folder');
  if (object === 'folder') return { object, id: await folderId(options) };
  const id = await options.text('targetId', { value: '', type: 'msg' });
  if (id === undefined) throw ozError('idMissing', { what: object });
  return { object, id };
}
