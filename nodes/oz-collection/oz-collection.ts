import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { StopSignal } from '../../client/abort';
import type { OzClient, Person } from '../../client';
import { mediaFrom } from '../../client/media/input';
import { ozError } from '../../client/errors/errorMessages';
import { readMetadata } from '../shared/analyses';
import { ozOf } from '../shared/message';
import { ozNode, type Work } from '../shared/node';
import { configChoice, type Config, type Options } from '../shared/options';
import { sendParts } from '../shared/parts';
import { readMediaValue, showProgress } from '../shared/upload';

const ACTIONS = [
  'list',
  'create',
  'delete',
  'listPersons',
  'addPerson',
  'removePerson',
  'listImages',
  'addImage',
  'removeImage',
] as const;

type Action = (typeof ACTIONS)[number];

/** A photo of a person, as the documented example has it (the Oz reference, section 5.5). */
const PHOTO_TAGS = ['photo_selfie', 'orientation_portrait'];

export = (RED: NodeAPI): void => {
  function OzCollection(this: Node, def: NodeDef): void {
    const config: Config = { ...def };
    const does = actions(RED);
    ozNode(RED, this, def, (work) => does[configChoice(config, 'action', ACTIONS, 'list')](work));
  }
  RED.nodes.registerType('oz-collection', OzCollection);
};

/** What each action does. */
function actions(RED: NodeAPI): Record<Action, (work: Work) => Promise<void>> {
  /** One message with the array, or one message an item. */
  const sendList = ({ job, options }: Work, items: readonly object[]): void => {
    if (options.flag('split', false)) {
      sendParts(RED, job, items, (msg, item) => {
        msg.payload = item;
      });
      return;
    }
    job.msg.payload = items;
    job.send(job.msg);
  };
  return {
    async list(work) {
      sendList(work, await asked(work).list(signalOf(work)));
    },
    async create(work) {
      const { job, options } = work;
      const alias = await options.text('alias', { value: 'payload', type: 'msg' });
      if (alias === undefined) throw ozError('aliasMissing');
      const companyId = await options.text('company', { value: '', type: 'str' });
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
      sendList(work, persons.map(describePerson));
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
      sendList(work, await asked(work).images(...ids, signalOf(work)));
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
      const image = await work.options.text('image', { value: 'oz.imageId', type: 'msg' });
      if (image === undefined) throw ozError('idMissing', { what: 'image' });
      await deleting(work).deleteImage(...ids, image, signalOf(work));
      work.job.send(work.job.msg);
    },
  };
}

const signalOf = ({ job }: Work): { signal: StopSignal } => ({ signal: job.signal });

/** The calls to make now, with the status saying so. */
const at =
  (stage: 'asking' | 'deleting' | 'uploading') =>
  ({ job, client }: Work): OzClient['collections'] => {
    job.stage(stage);
    return client.collections;
  };
const asked = at('asking');
const deleting = at('deleting');
const uploading = at('uploading');

async function collectionId(options: Options): Promise<string> {
  const id = await options.text('collection', { value: 'oz.collectionId', type: 'msg' });
  if (id === undefined) throw ozError('idMissing', { what: 'collection' });
  return id;
}

async function personIds(options: Options): Promise<[collection: string, person: string]> {
  const collection = await collectionId(options);
  const person = await options.text('person', { value: 'oz.personId', type: 'msg' });
  if (person === undefined) throw ozError('idMissing', { what: 'person' });
  return [collection, person];
}

async function readPhotos({
  job,
  options,
}: Work): Promise<Parameters<OzClient['collections']['addPerson']>[1]> {
  const media = mediaFrom(await readMediaValue(options, job.msg), { tags: PHOTO_TAGS });
  return { media, onProgress: showProgress(job) };
}

const describePerson = ({ personId, metadata, images }: Person): Omit<Person, 'raw'> => ({
  personId,
  metadata,
  images,
});
