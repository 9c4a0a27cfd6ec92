import { randomUUID } from 'node:crypto';
import { ACCOUNT, type Answer, type OzServer } from '../../support/ozServer';
import { PHOTO, VIDEO } from '../../support/palette';

/**
 * How a call behaves when something goes wrong, which hangs on what it does: `sign-in`; `read`, `metadata` (any JSON
 * object can be metadata) and `remove` may be repeated; `settled` makes something that can be looked for; `create` makes
 * something that cannot; `wait` asks until its time is over; `image` fetches a best shot.
 */
export const KINDS = ['sign-in', 'read', 'metadata', 'remove', 'settled', 'create', 'wait', 'image'] as const;
export type Kind = (typeof KINDS)[number];

/** One call of one node. */
export interface CallUnderTest {
  name: string;
  kind: Kind;
  /** Type and properties of the node that makes it. */
  node: { type: string } & Record<string, unknown>;
  /** Properties of its server node. */
  server?: Readonly<Record<string, unknown>>;
  /** The request that the fault strikes. */
  request: RegExp;
  /** Instead of what the server of the tests knows by itself. */
  truth?: Answer;
  payload?: () => unknown;
  /** Where it differs from its kind: `<fault>, once` or `<fault>, always`. */
  except?: Readonly<Record<string, string>>;
}

const json = (body: unknown, status = 200): Answer => ({ status, json: body });
const folder = (name: string, kind: Kind, action: string, method: string, path: RegExp): CallUnderTest => ({
  name: `oz-folder: ${name}`,
  kind,
  node: { type: 'oz-folder', action },
  request: new RegExp(`^${method} ${path.source}`),
  payload: () => ({ note: 'one' }),
});
const collection = (
  name: string,
  kind: Kind,
  action: string,
  request: RegExp,
  truth: Answer,
  payload?: () => unknown,
): CallUnderTest => ({
  name: `oz-collection: ${name}`,
  kind,
  node: {
    type: 'oz-collection',
    action,
    ...(action === 'create' && { company: 'co1' }),
    ...(action === 'changeMetadata' && { metadata: 'payload', metadataType: 'msg' }),
  },
  request,
  truth,
  ...(payload !== undefined && { payload }),
});

/** API Lite has no sign-in that could be repeated. */
const lite = (
  name: string,
  node: Record<string, unknown>,
  request: RegExp,
  truth: Answer,
  except = {},
): CallUnderTest => ({
  name: `oz-check with API Lite: ${name}`,
  kind: 'read',
  node: { type: 'oz-check', timeout: 3, ...node },
  server: { api: 'lite' },
  request,
  truth,
  payload: () => PHOTO,
  except: { '401, once': 'OZ_AUTH', ...except },
});

const USER = { user_id: 'u1', email: ACCOUNT.email, is_active: false };
const account = (
  name: string,
  kind: Kind,
  action: string,
  request: RegExp,
  truth: Answer,
  payload?: () => unknown,
): CallUnderTest => ({
  name: `oz-account: ${name}`,
  kind,
  node: { type: 'oz-account', action },
  request,
  truth,
  ...(payload !== undefined && { payload }),
});

const FOLDER = /\/api\/folders\/[^/]+$/;
const METADATA = /\/api\/folders\/[^/]+\/meta_data$/;

export const CALLS: CallUnderTest[] = [
  {
    name: 'any node: sign-in',
    kind: 'sign-in',
    node: { type: 'oz-folder', action: 'get' },
    request: /^POST \/api\/authorize\/auth$/,
  },
  {
    name: 'oz-upload: new folder',
    kind: 'settled',
    node: { type: 'oz-upload' },
    request: /^POST \/api\/folders$/,
    payload: () => VIDEO,
  },
  {
    name: 'oz-upload: into a folder',
    kind: 'settled',
    node: { type: 'oz-upload', folder: 'oz.folderId', folderType: 'msg' },
    request: /^POST \/api\/folders\/[^/]+\/media$/,
    payload: () => VIDEO,
  },
  {
    name: 'oz-analyze: start analyses',
    kind: 'settled',
    node: { type: 'oz-analyze' },
    request: /^POST \/api\/folders\/[^/]+\/analyses$/,
  },
  {
    name: 'oz-check: media and analyses at once',
    kind: 'settled',
    node: { type: 'oz-check', timeout: 3 },
    request: /^POST \/api\/folders$/,
    payload: () => VIDEO,
  },
  {
    name: 'oz-check: Instant',
    kind: 'create',
    node: { type: 'oz-check', instant: true, timeout: 3 },
    request: /^POST \/api\/instant\/folders$/,
    payload: () => VIDEO,
  },
  {
    name: 'oz-check: session token',
    kind: 'read',
    node: { type: 'oz-check', action: 'sessionToken' },
    request: /^GET \/api\/authorize\/session_token$/,
  },
  lite('liveness', {}, /^POST \/v1\/face\/liveness\/detect$/, json({ passed: true })),
  lite('a face template', { action: 'faceTemplate' }, /^POST \/v1\/face\/pattern\/extract$/, {
    status: 200,
    text: 'a template',
    contentType: 'application/octet-stream',
  }),
  {
    name: 'oz-result: wait for a folder',
    kind: 'wait',
    node: { type: 'oz-result', timeout: 30 },
    request: /^GET \/api\/folders\/[^/]+(\/analyses)?$/,
    // It asks for the folder's analyses instead.
    except: { '404, once': 'output' },
  },
  {
    name: 'oz-result: wait for an analysis',
    kind: 'wait',
    node: { type: 'oz-result', timeout: 30, source: 'analysisIds' },
    request: /^GET \/api\/analyses\/[^/]+$/,
  },
  {
    name: 'oz-result: best shot as an image',
    kind: 'image',
    node: { type: 'oz-result', emit: 'bestShotImage' },
    request: /^GET \/static\//,
  },
  folder('read', 'read', 'get', 'GET', FOLDER),
  folder('list', 'read', 'list', 'GET', /\/api\/folders$/),
  folder('read metadata', 'metadata', 'readMetadata', 'GET', METADATA),
  folder('add metadata', 'metadata', 'addMetadata', 'POST', METADATA),
  folder('change metadata', 'metadata', 'changeMetadata', 'PATCH', METADATA),
  folder('delete', 'remove', 'delete', 'DELETE', FOLDER),
  folder('delete metadata', 'remove', 'deleteMetadata', 'DELETE', METADATA),
  {
    name: 'oz-folder: list media',
    kind: 'read',
    node: { type: 'oz-folder', action: 'listMedia' },
    request: /^GET \/api\/folders\/[^/]+\/media$/,
    truth: json([{ media_id: 'm1' }]),
  },
  {
    name: 'oz-folder: change tags',
    kind: 'metadata',
    node: { type: 'oz-folder', action: 'setTags', targetId: 'm1', targetIdType: 'str' },
    request: /^PATCH \/api\/media\/m1$/,
    truth: json({ media_id: 'm1', tags: ['photo_selfie'] }),
    payload: () => 'photo_selfie',
  },
  {
    name: 'oz-folder: delete a media',
    kind: 'remove',
    node: { type: 'oz-folder', action: 'deleteMedia', targetId: 'm1', targetIdType: 'str' },
    request: /^DELETE \/api\/media\/m1$/,
    truth: { status: 204 },
  },
  account('who am I', 'read', 'whoAmI', /^GET \/api\/users$/, json([USER])),
  account('list users', 'read', 'listUsers', /^GET \/api\/users$/, json([USER])),
  account('create a user', 'create', 'createUser', /^POST \/api\/users$/, json(USER, 201), () => ({
    email: 'new@example.com',
    password: 'x',
    firstName: 'N',
    lastName: 'U',
  })),
  account('deactivate a user', 'read', 'deactivateUser', /^PATCH \/api\/users\/u1$/, json(USER)),
  account(
    'list companies',
    'read',
    'listCompanies',
    /^GET \/api\/companies$/,
    json([{ company_id: 'co1', name: 'a' }]),
  ),
  account(
    'create a company',
    'create',
    'createCompany',
    /^POST \/api\/companies$/,
    json({ company_id: 'co1', name: 'a' }, 201),
    () => 'a',
  ),
  account('delete a company', 'remove', 'deleteCompany', /^DELETE \/api\/companies\/co1$/, { status: 204 }),
  collection('read a person', 'read', 'getPerson', /^GET .*\/persons\/p1$/, json({ person_id: 'p1' })),
  collection('read metadata', 'metadata', 'readMetadata', /^GET .*\/p1\/meta_data$/, json({ a: 1 })),
  collection(
    'change metadata',
    'metadata',
    'changeMetadata',
    /^PATCH .*\/p1\/meta_data$/,
    json({ a: 2 }),
    () => ({ a: 2 }),
  ),
  collection('delete metadata', 'remove', 'deleteMetadata', /^DELETE .*\/p1\/meta_data$/, { status: 204 }),
  collection('list', 'read', 'list', /^GET \/api\/collections$/, json([{ collection_id: 'c1', alias: 'a' }])),
  collection('list persons', 'read', 'listPersons', /^GET .*\/persons$/, json([{ person_id: 'p1' }])),
  collection('list images', 'read', 'listImages', /^GET .*\/images$/, json([{ person_image_id: 'i1' }])),
  collection(
    'create',
    'create',
    'create',
    /^POST \/api\/collections$/,
    json({ collection_id: 'c9', alias: 'a' }, 201),
    () => 'a',
  ),
  collection(
    'add a person',
    'create',
    'addPerson',
    /^POST .*\/persons$/,
    json({ person_id: 'p9' }, 201),
    () => PHOTO,
  ),
  collection(
    'add an image',
    'create',
    'addImage',
    /^POST .*\/images$/,
    json([{ person_image_id: 'i9' }], 201),
    () => PHOTO,
  ),
  collection('delete', 'remove', 'delete', /^DELETE \/api\/collections\/c1$/, { status: 204 }),
  collection('remove a person', 'remove', 'removePerson', /^DELETE .*\/persons\/p1$/, { status: 204 }),
  collection('remove an image', 'remove', 'removeImage', /^DELETE .*\/images\/i1$/, { status: 204 }),
];

export interface Seed {
  folderId: string;
  analysisId: string;
}

/** A folder with a finished analysis, as the calls that need one find it. */
export function seed(server: OzServer): Seed {
  const [folderId, analysisId, mediaId] = [randomUUID(), randomUUID(), randomUUID()];
  server.folders.set(folderId, {
    id: folderId,
    created: Date.now() / 1000 - 3600,
    metadata: {},
    media: [
      {
        media_id: mediaId,
        folder_id: folderId,
        media_type: 'VIDEO_FOLDER',
        original_name: 'seed.mp4',
        original_url: `${server.url}/static/${folderId}/${mediaId}`,
        tags: [],
        meta_data: {},
      },
    ],
    analyses: [
      {
        id: analysisId,
        folderId,
        type: 'QUALITY',
        created: Date.now() / 1000 - 3600,
        params: { extract_best_shot: true },
        sourceMedia: [mediaId],
        outcome: {},
      },
    ],
  });
  return { folderId, analysisId };
}
