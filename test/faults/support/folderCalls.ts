import { json, type CallUnderTest, type Kind } from './callUnderTest';

const folder = (
  name: string,
  kind: Kind,
  action: string,
  client: string,
  request: RegExp,
  more: Partial<CallUnderTest> = {},
): CallUnderTest => ({
  name: `oz-folder: ${name}`,
  kind,
  client,
  node: { type: 'oz-folder', action },
  request,
  payload: () => ({ note: 'one' }),
  ...more,
});
const GET_FOLDER = /^GET \/api\/folders\/[^/]+$/;

const metadata = (name: string, target: string): Partial<CallUnderTest> => ({
  node: { type: 'oz-folder', action: name, target, targetId: 'x1', targetIdType: 'str' },
  truth: name === 'deleteMetadata' ? { status: 204 } : json({ note: 'one' }),
});
const NO_OBJECT = {
  '200 with another JSON, always': 'OZ_RESPONSE',
  '200 with another JSON, once': 'OZ_RESPONSE',
};

/** What oz-folder asks for. */
export const FOLDER_CALLS: CallUnderTest[] = [
  folder('read', 'read', 'get', 'folders.get', GET_FOLDER),
  folder('list', 'read', 'list', 'folders.list', /^GET \/api\/folders$/),
  folder('read metadata', 'metadata', 'readMetadata', 'metadata.get', /^GET .*\/folders\/[^/]+\/meta_data$/),
  folder('add metadata', 'metadata', 'addMetadata', 'metadata.add', /^POST .*\/meta_data$/),
  folder('change metadata', 'metadata', 'changeMetadata', 'metadata.change', /^PATCH .*\/meta_data$/),
  folder('delete', 'remove', 'delete', 'folders.delete', /^DELETE \/api\/folders\/[^/]+$/),
  folder('delete metadata', 'remove', 'deleteMetadata', 'metadata.delete', /^DELETE .*\/meta_data$/),
  folder(
    'read metadata of a media file',
    'metadata',
    'readMetadata',
    'metadata.get',
    /^GET .*\/media\/x1\/meta_data$/,
    metadata('readMetadata', 'media'),
  ),
  folder(
    'change metadata of a media file',
    'metadata',
    'changeMetadata',
    'metadata.change',
    /^PATCH .*\/media\/x1\/meta_data$/,
    metadata('changeMetadata', 'media'),
  ),
  folder(
    'add metadata of an analysis',
    'metadata',
    'addMetadata',
    'metadata.add',
    /^POST .*\/analyses\/x1\/meta_data$/,
    metadata('addMetadata', 'analysis'),
  ),
  folder(
    'delete metadata of an analysis',
    'remove',
    'deleteMetadata',
    'metadata.delete',
    /^DELETE .*\/analyses\/x1\/meta_data$/,
    metadata('deleteMetadata', 'analysis'),
  ),
  folder('list media', 'read', 'listMedia', 'media.list', /^GET \/api\/folders\/[^/]+\/media$/, {
    truth: json([{ media_id: 'm1' }]),
  }),
  folder('change tags', 'metadata', 'setTags', 'media.setTags', /^PATCH \/api\/media\/m1$/, {
    node: { type: 'oz-folder', action: 'setTags', targetId: 'm1', targetIdType: 'str' },
    truth: json({ media_id: 'm1', tags: ['photo_selfie'] }),
    payload: () => 'photo_selfie',
    except: NO_OBJECT,
  }),
  folder('delete a media file', 'remove', 'deleteMedia', 'media.delete', /^DELETE \/api\/media\/m1$/, {
    node: { type: 'oz-folder', action: 'deleteMedia', targetId: 'm1', targetIdType: 'str' },
    truth: { status: 204 },
  }),
];
