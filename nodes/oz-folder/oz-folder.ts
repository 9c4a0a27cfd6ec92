import type { Node, NodeAPI, NodeDef } from 'node-red';
import { ozError, type MetadataTarget } from '../../client';
import { readMetadata } from '../shared/metadata';
import { nodeError } from '../shared/errors';
import { ozOf } from '../shared/message';
import { ozNode, type Work } from '../shared/node';
import type { Options } from '../shared/options';
import { sendList } from '../shared/parts';
import { describeFolder, writeFolder } from './folder';
import { listFolders } from './list';
import { PROPERTIES } from './properties';

type FolderWork = Work<typeof PROPERTIES>;
type FolderOptions = Options<typeof PROPERTIES>;

export = (RED: NodeAPI): void => {
  function OzFolder(this: Node, def: NodeDef): void {
    ozNode(RED, this, def, PROPERTIES, async (work) => {
      const action = work.options.action;
      if (action === 'list') await listFolders(RED, work);
      else if (action === 'get') await getFolder(work);
      else if (action === 'delete') await deleteFolder(work);
      else if (action === 'listMedia') await listMedia(RED, work);
      else if (action === 'setTags') await setTags(work);
      else if (action === 'deleteMedia') await deleteMedia(work);
      else await metadata(work, action);
    });
  }
  RED.nodes.registerType('oz-folder', OzFolder);
};

async function folderId(options: FolderOptions): Promise<string> {
  const id = await options.folder.text();
  if (id === undefined) throw ozError('idMissing', { what: 'folder' });
  return id;
}

async function getFolder({ job, options, client }: FolderWork): Promise<void> {
  const id = await folderId(options);
  job.stage('asking');
  const folder = await client.folders.get(id, { signal: job.signal });
  writeFolder(job.msg, folder, options.raw, client.bestShotGestures);
  job.msg.payload = describeFolder(folder, client.bestShotGestures);
  job.send(job.msg);
}

/** The message goes on unchanged, so that the flow can delete what it stored about the check. */
async function deleteFolder({ job, options, client }: FolderWork): Promise<void> {
  const id = await folderId(options);
  job.stage('deleting');
  await client.folders.delete(id, { signal: job.signal });
  ozOf(job.msg).folderId = id;
  job.send(job.msg);
}

async function listMedia(RED: NodeAPI, { job, options, client }: FolderWork): Promise<void> {
  const id = await folderId(options);
  job.stage('asking');
  const media = await client.media.list(id, { signal: job.signal });
  sendList(RED, job, media, options.split);
}

async function mediaId(options: FolderOptions): Promise<string> {
  const id = await options.targetId.text();
  if (id === undefined) throw ozError('idMissing', { what: 'media' });
  return id;
}

async function setTags({ job, options, client }: FolderWork): Promise<void> {
  const id = await mediaId(options);
  const value = (await options.newTags.value()) ?? [];
  const tags = typeof value === 'string' ? value.split(',').map((tag) => tag.trim()) : value;
  if (!Array.isArray(tags) || !tags.every((tag) => typeof tag === 'string')) throw nodeError('tagsInvalid');
  job.stage('asking');
  const named = tags.filter((tag) => tag !== '');
  job.msg.payload = await client.media.setTags(id, named, { signal: job.signal });
  job.send(job.msg);
}

/** The message goes on unchanged, as after the deletion of a folder. */
async function deleteMedia({ job, options, client }: FolderWork): Promise<void> {
  const id = await mediaId(options);
  job.stage('deleting');
  await client.media.delete(id, { signal: job.signal });
  job.send(job.msg);
}

async function metadata(
  { job, options, client }: FolderWork,
  action: 'readMetadata' | 'addMetadata' | 'changeMetadata' | 'deleteMetadata',
): Promise<void> {
  const target = await readTarget(options);
  const call = { signal: job.signal };
  job.stage(action === 'deleteMetadata' ? 'deleting' : 'asking');
  if (action === 'readMetadata') job.msg.payload = await client.metadata.get(target, call);
  else if (action === 'deleteMetadata') await client.metadata.delete(target, call);
  else {
    const { metadata: fields } = await readMetadata(options);
    if (fields === undefined) throw ozError('metadataInvalid');
    job.msg.payload =
      action === 'addMetadata'
        ? await client.metadata.add(target, fields, call)
        : await client.metadata.change(target, fields, call);
  }
  job.send(job.msg);
}

/** Whose metadata. */
async function readTarget(options: FolderOptions): Promise<MetadataTarget> {
  const object = options.target;
  if (object === 'folder') return { object, id: await folderId(options) };
  const id = await options.targetId.text();
  if (id === undefined) throw ozError('idMissing', { what: object });
  return { object, id };
}
