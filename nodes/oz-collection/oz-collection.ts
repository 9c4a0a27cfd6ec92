import type { Node, NodeAPI, NodeDef } from 'node-red';
import {
  mediaFrom,
  ozError,
  type JsonObject,
  type MetadataTarget,
  type OzClient,
  type Person,
} from '../../client';
import { readMetadata } from '../shared/metadata';
import { ozOf } from '../shared/message';
import { ozNode, type Work } from '../shared/node';
import type { Options } from '../shared/options';
import { sendList } from '../shared/parts';
import { makeFindable, readMediaValue, showProgress } from '../shared/upload';
import { PROPERTIES } from './properties';

type CollectionWork = Work<typeof PROPERTIES>;
type CollectionOptions = Options<typeof PROPERTIES>;
type Action = (typeof PROPERTIES)['action']['choices'][number];

/** A photo of a person, as the documented example has it (docs/oz-api.md 5.5). */
const PHOTO_TAGS = ['photo_selfie', 'orientation_portrait'];

export = (RED: NodeAPI): void => {
  function OzCollection(this: Node, def: NodeDef): void {
    const does = actions(RED);
    ozNode(RED, this, def, PROPERTIES, (work) => does[work.options.action](work));
  }
  RED.nodes.registerType('oz-collection', OzCollection);
};

/** What each action does. */
function actions(RED: NodeAPI): Record<Action, (work: CollectionWork) => Promise<void>> {
  const send = ({ job, options }: CollectionWork, items: readonly object[]): void =>
    sendList(RED, job, items, options.split);
  return {
    async list(work) {
      send(work, await asked(work).list(signalOf(work)));
    },
    async create(work) {
      const { job, options } = work;
      const alias = await options.alias.text();
      if (alias === undefined) throw ozError('aliasMissing');
      const companyId = await options.company.text();
      const request = { alias, ...(companyId === undefined ? {} : { companyId }) };
      const collection = await asked(work).create(request, signalOf(work));
      ozOf(job.msg).collectionId = collection.collectionId;
      job.msg.payload = collection;
      job.send(job.msg);
    },
    async delete(work) {
      const id = await collectionId(work.options);
      await deleting(work).delete(id, signalOf(work));
      work.job.send(work.job.msg);
    },
    async listPersons(work) {
      const id = await collectionId(work.options);
      const persons = await asked(work).persons(id, signalOf(work));
      send(work, persons.map(describePerson));
    },
    async getPerson(work) {
      const { job } = work;
      const person = await asked(work).person(...(await personIds(work.options)), signalOf(work));
      job.msg.payload = describePerson(person);
      job.send(job.msg);
    },
    async readMetadata(work) {
      const { job, client } = work;
      job.msg.payload = await client.metadata.get(await metadataOf(work), signalOf(work));
      job.send(job.msg);
    },
    async addMetadata(work) {
      const { job, client } = work;
      const target = await metadataOf(work);
      job.msg.payload = await client.metadata.add(target, await fieldsOf(work), signalOf(work));
      job.send(job.msg);
    },
    async changeMetadata(work) {
      const { job, client } = work;
      const target = await metadataOf(work);
      job.msg.payload = await client.metadata.change(target, await fieldsOf(work), signalOf(work));
      job.send(job.msg);
    },
    async deleteMetadata(work) {
      const { job, client } = work;
      const target = await metadataOf(work);
      job.stage('deleting');
      await client.metadata.delete(target, signalOf(work));
      job.send(job.msg);
    },
    async addPerson(work) {
      const { job, options } = work;
      const id = await collectionId(options);
      const request = { ...(await readPhotos(work)), ...(await readMetadata(options)) };
      const person = await uploading(work).addPerson(id, request, signalOf(work));
      ozOf(job.msg).personId = person.personId;
      job.msg.payload = describePerson(person);
      job.send(job.msg);
    },
    async removePerson(work) {
      const ids = await personIds(work.options);
      await deleting(work).deletePerson(...ids, signalOf(work));
      work.job.send(work.job.msg);
    },
    async listImages(work) {
      const ids = await personIds(work.options);
      send(work, await asked(work).images(...ids, signalOf(work)));
    },
    async addImage(work) {
      const { job } = work;
      const ids = await personIds(work.options);
      const photos = await readPhotos(work);
      const images = await uploading(work).addImages(...ids, photos, signalOf(work));
      const [first] = images;
      if (first !== undefined) ozOf(job.msg).imageId = first.imageId;
      job.msg.payload = images;
      job.send(job.msg);
    },
    async removeImage(work) {
      const ids = await personIds(work.options);
      const image = await work.options.image.text();
      if (image === undefined) throw ozError('idMissing', { what: 'image' });
      await deleting(work).deleteImage(...ids, image, signalOf(work));
      work.job.send(work.job.msg);
    },
  };
}

const signalOf = ({ job }: CollectionWork): { signal: AbortSignal } => ({ signal: job.signal });

/** The calls to make now, with the status saying so. */
const at =
  (stage: 'asking' | 'deleting' | 'uploading') =>
  ({ job, client }: CollectionWork): OzClient['collections'] => {
    job.stage(stage);
    return client.collections;
  };
const asked = at('asking');
const deleting = at('deleting');
const uploading = at('uploading');

async function collectionId(options: CollectionOptions): Promise<string> {
  const id = await options.collection.text();
  if (id === undefined) throw ozError('idMissing', { what: 'collection' });
  return id;
}

/** Whose metadata; the status says that they are asked for. */
async function metadataOf({ job, options }: CollectionWork): Promise<MetadataTarget> {
  job.stage('asking');
  if (options.target === 'collection') return { object: 'collection', id: await collectionId(options) };
  const [collection, id] = await personIds(options);
  return { object: 'person', collectionId: collection, id };
}

async function fieldsOf({ options }: CollectionWork): Promise<JsonObject> {
  const { metadata } = await readMetadata(options);
  if (metadata === undefined) throw ozError('metadataInvalid');
  return metadata;
}

async function personIds(options: CollectionOptions): Promise<[collection: string, person: string]> {
  const collection = await collectionId(options);
  const person = await options.person.text();
  if (person === undefined) throw ozError('idMissing', { what: 'person' });
  return [collection, person];
}

async function readPhotos({
  job,
  options,
}: CollectionWork): Promise<Parameters<OzClient['collections']['addPerson']>[1]> {
  const { value, textAs } = await readMediaValue(options, job.msg);
  const media = mediaFrom(value, { tags: PHOTO_TAGS, textAs });
  return { media, onProgress: showProgress(job), onUploadId: makeFindable(job, false) };
}

const describePerson = ({ personId, metadata, images }: Person): Omit<Person, 'raw'> => ({
  personId,
  metadata,
  images,
});
