import type { Node, NodeAPI, NodeDef } from 'node-red';
import { ozError, type JsonObject, type MetadataTarget } from '../../client';
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
  const does = actions(RED);
  function OzFolder(this: Node, def: NodeDef): void {
    ozNode(RED, this, def, PROPERTIES, (work) => does[work.options.action](work));
  }
  RED.nodes.registerType('oz-folder', OzFolder);
};

function actions(RED: NodeAPI): Record<FolderOptions['action'], (work: FolderWork) => Promise<void>> {
  return {
    list: (work) => listFolders(RED, work),
    get: getFolder,
    delete: deleteFolder,
    listMedia: (work) => listMedia(RED, work),
    setTags,
    deleteMedia,
    readMetadata: (work) =>
      ofTarget(work, 'asking', (target, call) => work.client.metadata.get(target, call)),
    addMetadata: (work) => withFields(work, (...change) => work.client.metadata.add(...change)),
    changeMetadata: (work) => withFields(work, (...change) => work.client.metadata.change(...change)),
    deleteMetadata: (work) =>
      ofTarget(work, 'deleting', (target, call) => work.client.metadata.delete(target, call)),
  };
}

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

type Call = { signal: AbortSignal };

/** What the server answers, if anything, is the payload. */
async function ofTarget(
  { job, options }: FolderWork,
  stage: 'asking' | 'deleting',
  ask: (target: MetadataTarget, call: Call) => Promise<unknown>,
): Promise<void> {
  const target = await readTarget(options);
  job.stage(stage);
  const answer = await ask(target, { signal: job.signal });
  if (answer !== undefined) job.msg.payload = answer;
  job.send(job.msg);
}

async function withFields(
  work: FolderWork,
  write: (target: MetadataTarget, fields: JsonObject, call: Call) => Promise<unknown>,
): Promise<void> {
  await ofTarget(work, 'asking', async (target, call) => {
    const { metadata: fields } = await readMetadata(work.options);
    if (fields === undefined) throw ozError('metadataInvalid');
    return write(target, fields, call);
  });
}

/** Whose metadata. */
async function readTarget(options: FolderOptions): Promise<MetadataTarget> {
  const object = options.target;
  if (object === 'folder') return { object, id: await folderId(options) };
  const id = await options.targetId.text();
  if (id === undefined) throw ozError('idMissing', { what: object });
  return { object, id };
}
