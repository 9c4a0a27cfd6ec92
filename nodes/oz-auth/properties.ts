import type { Declarations } from '../shared/properties/declaration';
import { NODE } from '../shared/properties/groups';

const { version, name } = NODE;

/** API Lite has no sign-in (docs/oz-api.md 5.9). */
const SIGNS_IN = { api: ['oz'] };

/** No message reaches this node, so none overrides anything. */
export const PROPERTIES = {
  version,
  name: { ...name, placeholder: 'placeholder.name' },
  url: {
    kind: 'text',
    default: '',
    icon: 'globe',
    required: true,
    check: 'serverUrl',
    doc: 'base URL of the server, with or without `/api`; `${ENV}` allowed',
  },
  api: {
    kind: 'choice',
    default: 'oz',
    choices: ['oz', 'lite'],
    icon: 'server',
    doc: 'which API the server speaks: the Oz API, or the stateless API Lite, which checks photos only',
  },
  auth: {
    kind: 'choice',
    default: 'password',
    choices: ['password', 'token', 'none', 'sandbox'],
    icon: 'user',
    when: [SIGNS_IN],
    check: 'signIn',
    doc: 'how to sign in',
  },
  email: {
    kind: 'credential',
    secret: false,
    icon: 'envelope',
    when: [{ ...SIGNS_IN, auth: ['password'] }],
    check: 'credential',
    doc: 'credential; `${ENV}` allowed',
  },
  password: {
    kind: 'credential',
    secret: true,
    icon: 'lock',
    when: [{ ...SIGNS_IN, auth: ['password'] }],
    check: 'credential',
    doc: 'credential; `${ENV}` allowed',
  },
  token: {
    kind: 'credential',
    secret: true,
    icon: 'key',
    when: [{ ...SIGNS_IN, auth: ['token'] }],
    check: 'credential',
    doc: 'credential: an access token; `${ENV}` allowed',
  },
  tls: {
    kind: 'config',
    type: 'tls-config',
    icon: 'shield',
    section: 'more',
    doc: 'id of a core `tls-config` node',
  },
  proxy: {
    kind: 'config',
    type: 'http proxy',
    icon: 'random',
    section: 'more',
    doc: 'id of a core `http proxy` node',
  },
  timeout: {
    kind: 'number',
    default: 30,
    min: 1,
    max: 3600,
    icon: 'clock-o',
    section: 'more',
    doc: 'longest time a request may take without progress, seconds',
  },
  maxParallel: {
    kind: 'number',
    default: 8,
    min: 1,
    max: 256,
    whole: true,
    icon: 'exchange',
    section: 'more',
    doc: 'requests under way at once',
  },
  maxFileMB: {
    kind: 'number',
    default: 10,
    min: 0.001,
    max: 100_000,
    icon: 'file-video-o',
    section: 'more',
    doc: 'largest file, MB (1 MB = 1024 × 1024 bytes)',
  },
  maxFiles: {
    kind: 'number',
    default: 10,
    min: 1,
    max: 10_000,
    whole: true,
    icon: 'files-o',
    section: 'more',
    doc: 'most files in a folder',
  },
  rebaseUrls: {
    kind: 'flag',
    default: false,
    section: 'more',
    doc: "put the server's scheme, host and port into media URLs",
  },
  mediaFolder: {
    kind: 'text',
    default: '',
    icon: 'folder-open-o',
    section: 'more',
    doc: 'folder that media given by a path are read from, with those below it; empty: any, unless `ozMediaFolder` in settings.js names one',
  },
  mediaHosts: {
    kind: 'text',
    default: '',
    icon: 'picture-o',
    section: 'more',
    doc: 'hosts, separated by commas, that best shots may be fetched from besides the server itself; a name alone is every port, `name:port` only that one',
  },
} as const satisfies Declarations;
