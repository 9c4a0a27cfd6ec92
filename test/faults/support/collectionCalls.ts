import type { Answer } from '../../support/ozServer';
import type { Call } from '../../support/ozCall';
import { PHOTO } from '../../support/palette';
import { json, type CallUnderTest, type Kind } from './callUnderTest';

const collection = (
  name: string,
  kind: Kind,
  action: string,
  client: string,
  request: RegExp,
  truth: Answer,
  more: Partial<CallUnderTest> = {},
): CallUnderTest => ({
  name: `oz-collection: ${name}`,
  kind,
  client,
  request,
  truth,
  ...more,
  node: {
    type: 'oz-collection',
    action,
    ...(action === 'changeMetadata' && { metadata: 'payload', metadataType: 'msg' }),
    ...more.node,
  },
});

/** A collection that is found by its name and the time of its making, when it was made. */
const COLLECTIONS = {
  request: /^GET \/api\/collections$/,
  answer: (made: Call | undefined): Answer =>
    json(made === undefined ? [] : [{ collection_id: 'c9', alias: 'a', time_created: Date.now() / 1000 }]),
};
/** A person that is found by the mark it was sent with. */
const PERSONS = {
  request: /^GET .*\/persons$/,
  answer: (made: Call | undefined): Answer =>
    json(made === undefined ? [] : [{ person_id: 'p9', meta_data: made.payload['person:meta_data'] }]),
};

/** What oz-collection asks for. */
export const COLLECTION_CALLS: CallUnderTest[] = [
  collection(
    'read a person',
    'read',
    'getPerson',
    'collections.person',
    /^GET .*\/persons\/p1$/,
    json({ person_id: 'p1' }),
  ),
  collection(
    'read metadata',
    'metadata',
    'readMetadata',
    'metadata.get',
    /^GET .*\/p1\/meta_data$/,
    json({ a: 1 }),
  ),
  collection(
    'change metadata',
    'metadata',
    'changeMetadata',
    'metadata.change',
    /^PATCH .*\/p1\/meta_data$/,
    json({ a: 2 }),
    { payload: () => ({ a: 2 }) },
  ),
  collection('delete metadata', 'remove', 'deleteMetadata', 'metadata.delete', /^DELETE .*\/p1\/meta_data$/, {
    status: 204,
  }),
  collection(
    'list',
    'read',
    'list',
    'collections.list',
    /^GET \/api\/collections$/,
    json([{ collection_id: 'c1', alias: 'a' }]),
  ),
  collection(
    'list persons',
    'read',
    'listPersons',
    'collections.persons',
    /^GET .*\/persons$/,
    json([{ person_id: 'p1' }]),
  ),
  collection(
    'list images',
    'read',
    'listImages',
    'collections.images',
    /^GET .*\/images$/,
    json([{ person_image_id: 'i1' }]),
  ),
  collection(
    'look the company up',
    'read',
    'create',
    'collections.companies',
    /^GET \/api\/companies$/,
    json([{ company_id: 'co1', name: 'one' }]),
    {
      payload: () => 'a',
      also: {
        request: /^POST \/api\/collections$/,
        answer: () => json({ collection_id: 'c9', alias: 'a' }, 201),
      },
    },
  ),
  collection(
    'create',
    'settled',
    'create',
    'collections.create',
    /^POST \/api\/collections$/,
    json({ collection_id: 'c9', alias: 'a' }, 201),
    { node: { type: 'oz-collection', company: 'co1' }, payload: () => 'a', also: COLLECTIONS },
  ),
  collection(
    'add a person',
    'settled',
    'addPerson',
    'collections.addPerson',
    /^POST .*\/persons$/,
    json({ person_id: 'p9' }, 201),
    { payload: () => PHOTO, also: PERSONS },
  ),
  collection(
    'add an image',
    'create',
    'addImage',
    'collections.addImages',
    /^POST .*\/images$/,
    json([{ person_image_id: 'i9' }], 201),
    { payload: () => PHOTO },
  ),
  collection('delete', 'remove', 'delete', 'collections.delete', /^DELETE \/api\/collections\/c1$/, {
    status: 204,
  }),
  collection(
    'remove a person',
    'remove',
    'removePerson',
    'collections.deletePerson',
    /^DELETE .*\/persons\/p1$/,
    { status: 204 },
  ),
  collection(
    'remove an image',
    'remove',
    'removeImage',
    'collections.deleteImage',
    /^DELETE .*\/images\/i1$/,
    { status: 204 },
  ),
];
