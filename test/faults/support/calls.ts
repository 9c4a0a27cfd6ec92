import { randomUUID } from 'node:crypto';
import { SERVICE_TOKEN, type Answer, type OzServer } from '../../support/ozServer';
import { PHOTO, VIDEO } from '../../support/palette';
import { ACCOUNT_CALLS } from './accountCalls';
import { json, type CallUnderTest, type Seed } from './callUnderTest';
import { COLLECTION_CALLS } from './collectionCalls';
import { FOLDER_CALLS } from './folderCalls';

/** What computes before it answers is given long enough, and is not asked again. */
const COMPUTING = { 'slow drip, once': 'OZ_TIMEOUT' };

/** API Lite has no sign-in that could be repeated. */
const lite = (
  name: string,
  client: string,
  node: Record<string, unknown>,
  request: RegExp,
  truth: Answer,
  except = {},
): CallUnderTest => ({
  name: `oz-check with API Lite: ${name}`,
  kind: 'read',
  client,
  node: { type: 'oz-check', timeout: 3, ...node },
  server: { api: 'lite' },
  request,
  truth,
  payload: () => PHOTO,
  except: { ...COMPUTING, '401, once': 'OZ_AUTH', ...except },
});

/** A session that ends while an analysis runs, which ends as soon as the session was to be renewed. */
function endingSession(server: OzServer, { folderId }: Seed): void {
  const signedInAt = Math.floor(Date.now() / 1000);
  const token = { access_token: SERVICE_TOKEN, expire_token: 'renews', expire_date: signedInAt + 1 };
  server.script(/^POST \/api\/authorize\/auth$/, {
    status: 200,
    json: token,
    headers: { date: new Date(signedInAt * 1000).toUTCString() },
  });
  for (const analysis of server.folders.get(folderId)?.analyses ?? []) delete analysis.outcome;
  const finish = async (): Promise<void> => {
    while (server.callsTo(RENEWAL).length === 0) await server.nextCall();
    server.finish(folderId);
  };
  void finish();
}
const RENEWAL = /^POST \/api\/authorize\/refresh$/;

/** Every call of every node. */
export const CALLS: CallUnderTest[] = [
  {
    name: 'any node: sign-in',
    kind: 'sign-in',
    client: 'sign-in',
    node: { type: 'oz-folder', action: 'get' },
    request: /^POST \/api\/authorize\/auth$/,
  },
  {
    name: 'any node: renewal of the session',
    kind: 'renewal',
    client: 'refresh',
    node: { type: 'oz-result', timeout: 60 },
    request: RENEWAL,
    prepare: endingSession,
    truth: json({ access_token: SERVICE_TOKEN, expire_token: 'again', expire_date: 4e9 }),
  },
  {
    name: 'oz-upload: new folder',
    kind: 'settled',
    client: 'folders.create',
    node: { type: 'oz-upload' },
    request: /^POST \/api\/folders$/,
    payload: () => VIDEO,
  },
  {
    name: 'oz-upload: container',
    kind: 'sealed',
    client: 'folders.createFromContainer',
    node: { type: 'oz-upload', tags: 'container' },
    request: /^POST \/api\/folders$/,
    payload: () => VIDEO,
  },
  {
    name: 'oz-upload: into a folder',
    kind: 'settled',
    client: 'folders.addMedia',
    node: { type: 'oz-upload', folder: 'oz.folderId', folderType: 'msg' },
    request: /^POST \/api\/folders\/[^/]+\/media$/,
    payload: () => VIDEO,
  },
  {
    name: 'oz-analyze: start analyses',
    kind: 'settled',
    client: 'analyses.start',
    node: { type: 'oz-analyze' },
    request: /^POST \/api\/folders\/[^/]+\/analyses$/,
  },
  {
    name: 'oz-check: media and analyses at once',
    kind: 'settled',
    client: 'check',
    node: { type: 'oz-check', timeout: 3 },
    request: /^POST \/api\/folders$/,
    payload: () => VIDEO,
  },
  {
    name: 'oz-check: analyses in a second step',
    kind: 'settled',
    client: 'check',
    node: { type: 'oz-check', timeout: 30 },
    options: { singleRequest: false },
    request: /^POST \/api\/folders\/[^/]+\/analyses$/,
    payload: () => VIDEO,
  },
  {
    name: 'oz-check: waiting in a third step',
    kind: 'wait',
    client: 'check',
    node: { type: 'oz-check', timeout: 30 },
    options: { singleRequest: false },
    request: /^GET \/api\/folders\/[^/]+(\/analyses)?$/,
    except: {
      '404, once': 'output',
      // Its first step does not come about.
      'connection refused, always': 'OZ_UNREACHABLE',
      'unknown host name, always': 'OZ_UNREACHABLE',
      'hang while connecting, always': 'OZ_TIMEOUT',
    },
    payload: () => VIDEO,
  },
  {
    name: 'oz-check: container',
    kind: 'sealed',
    client: 'check',
    node: { type: 'oz-check', timeout: 30, tags: 'container' },
    request: /^POST \/api\/folders$/,
    payload: () => VIDEO,
  },
  {
    name: 'oz-check: Instant',
    kind: 'read',
    client: 'check',
    node: { type: 'oz-check', instant: true, timeout: 3 },
    request: /^POST \/api\/instant\/folders$/,
    except: COMPUTING,
    payload: () => VIDEO,
  },
  {
    name: 'oz-check: session token',
    kind: 'read',
    client: 'sessionToken',
    node: { type: 'oz-check', action: 'sessionToken' },
    request: /^GET \/api\/authorize\/session_token$/,
  },
  {
    name: 'oz-result: wait for a folder',
    kind: 'wait',
    client: 'analyses.wait',
    node: { type: 'oz-result', timeout: 30 },
    request: /^GET \/api\/folders\/[^/]+(\/analyses)?$/,
    // It asks for the folder's analyses instead.
    except: { '404, once': 'output' },
  },
  {
    name: 'oz-result: wait for an analysis',
    kind: 'wait',
    client: 'analyses.get',
    node: { type: 'oz-result', timeout: 30, source: 'analysisIds' },
    request: /^GET \/api\/analyses\/[^/]+$/,
  },
  {
    name: 'oz-result: best shot as an image',
    kind: 'image',
    client: 'download',
    node: { type: 'oz-result', emit: 'bestShotImage' },
    request: /^GET \/static\//,
  },
  lite('liveness', 'check', {}, /^POST \/v1\/face\/liveness\/detect$/, json({ passed: true })),
  lite(
    'a face template',
    'faceTemplate',
    { action: 'faceTemplate' },
    /^POST \/v1\/face\/pattern\/extract$/,
    { status: 200, text: 'a template', contentType: 'application/octet-stream' },
    // A template is no JSON.
    { '200 with half of the JSON, once': 'OZ_RESPONSE', 'slow drip, once': 'output' },
  ),
  ...FOLDER_CALLS,
  ...ACCOUNT_CALLS,
  ...COLLECTION_CALLS,
];

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
