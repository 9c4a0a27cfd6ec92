import { FLOW_VERSION, type Declarations, type Typed } from './declaration';

/** Types of a typed input that holds an id, a path or other text. */
export const TEXT_TYPES = ['msg', 'flow', 'global', 'str', 'env', 'jsonata'] as const;
/** Types of a typed input that holds an object. */
export const OBJECT_TYPES = ['json', 'msg', 'flow', 'global', 'jsonata'] as const;
/** Types of a typed input that holds text or an array of texts. */
export const LIST_TYPES = ['msg', 'flow', 'global', 'str', 'json', 'jsonata'] as const;

/** Actions of the nodes that read and write metadata. */
export const METADATA_ACTIONS = ['readMetadata', 'addMetadata', 'changeMetadata', 'deleteMetadata'] as const;

/** What every node but oz-auth begins with. */
export const NODE = {
  version: {
    kind: 'version',
    default: FLOW_VERSION,
    fixed: true,
    doc: 'version of the saved properties, set by the editor; missing in older flows',
  },
  name: {
    kind: 'text',
    default: '',
    icon: 'tag',
    label: 'node-red:common.label.name',
    placeholder: 'label.node',
    fixed: true,
    doc: 'name on the canvas',
  },
  server: {
    kind: 'config',
    type: 'oz-auth',
    icon: 'globe',
    label: '@ozflow/node-red-oz/oz-auth:dialog.server',
    required: true,
    fixed: true,
    doc: 'id of an `oz-auth` node',
  },
} as const satisfies Declarations;

/** What a text in the media of a message is. */
export const TEXT_AS = {
  textAs: {
    kind: 'choice',
    default: 'data',
    choices: ['data', 'path', 'either'],
    from: 'oz-upload',
    icon: 'file-o',
    fixed: true,
    doc: 'how to read a text in a message: as `data` (base64 or a data URL), `path` (a file path), or `either`. A path entered in `media` itself (type `str` or `env`) is always read',
  },
} as const satisfies Declarations;

/** Media, and the tags for them. */
export const MEDIA = {
  media: {
    kind: 'typed',
    default: 'payload',
    type: 'msg',
    types: TEXT_TYPES,
    from: 'oz-upload',
    icon: 'film',
    required: true,
    doc: 'what to upload',
  },
  ...TEXT_AS,
  tags: {
    kind: 'choice',
    default: 'selfie-video',
    choices: ['selfie-video', 'selfie-photo', 'id-front', 'id-back', 'frames-zip', 'container', 'custom'],
    from: 'oz-upload',
    icon: 'id-card-o',
    doc: 'what the media show; a `container` is an OzCapsula, passed on without being opened',
  },
  gesture: {
    kind: 'choice',
    default: 'blank',
    choices: ['blank', 'smile', 'eyes', 'left', 'right', 'down', 'high', 'scan', 'oneshot'],
    from: 'oz-upload',
    icon: 'smile-o',
    when: [{ tags: ['selfie-video', 'frames-zip'] }],
    doc: 'what the person does',
  },
  orientation: {
    kind: 'choice',
    default: 'portrait',
    choices: ['portrait', 'landscape'],
    from: 'oz-upload',
    icon: 'mobile',
    when: [{ tags: ['selfie-video', 'frames-zip'] }],
    doc: 'how the camera was held',
  },
  customTags: {
    kind: 'text',
    default: '',
    from: 'oz-upload',
    icon: 'tags',
    when: [{ tags: ['custom'] }],
    check: 'tags',
    doc: 'tags separated by commas',
  },
} as const satisfies Declarations;

export const METADATA = {
  metadata: {
    kind: 'typed',
    default: '',
    type: 'json',
    types: OBJECT_TYPES,
    from: 'oz-upload',
    icon: 'list-alt',
    section: 'more',
    doc: 'metadata of the new folder',
  },
} as const satisfies Declarations;

export const ADDITIONAL_INFO = {
  additionalInfo: {
    kind: 'typed',
    default: '',
    type: 'msg',
    types: ['msg', 'json', 'flow', 'global', 'jsonata'],
    from: 'oz-upload',
    icon: 'info-circle',
    section: 'more',
    doc: 'what the Oz Web SDK reports about the capture (`additional_info`): an object or a text',
  },
} as const satisfies Declarations;

export const WEBHOOK = {
  webhook: {
    kind: 'typed',
    default: '',
    type: 'str',
    types: ['str', 'msg', 'flow', 'global', 'env', 'jsonata'],
    from: 'oz-upload',
    icon: 'bell-o',
    section: 'more',
    check: 'webAddress',
    doc: 'URL that the server calls when the analyses are done',
  },
} as const satisfies Declarations;

/** Which analyses are wanted. */
export const ANALYSES = {
  liveness: {
    kind: 'flag',
    default: true,
    from: 'oz-analyze',
    section: 'analyses',
    check: 'someAnalysis',
    doc: 'liveness analysis',
  },
  bestShot: {
    kind: 'flag',
    default: true,
    from: 'oz-analyze',
    section: 'analyses',
    indent: true,
    when: [{ liveness: [true] }],
    greyed: true,
    doc: 'pick the best shot (`extract_best_shot` is always sent, true or false)',
  },
  biometry: { kind: 'flag', default: false, from: 'oz-analyze', section: 'analyses', doc: 'face match' },
  collection: { kind: 'flag', default: false, from: 'oz-analyze', section: 'analyses', doc: 'blacklist' },
  collectionId: {
    kind: 'typed',
    default: '',
    type: 'str',
    types: ['str', 'msg', 'flow', 'global', 'env', 'jsonata'],
    from: 'oz-analyze',
    icon: 'users',
    section: 'analyses',
    when: [{ collection: [true] }],
    placeholder: 'placeholder.collectionId',
    choose: 'collections',
    doc: 'the collection to search (`collection_id`); empty: those that the server searches by default',
  },
  documents: { kind: 'flag', default: false, from: 'oz-analyze', section: 'analyses', doc: 'documents' },
} as const satisfies Declarations;

/** Parameters that the server takes for an analysis (docs/oz-api.md 3.2), beyond those that have a property here. */
const paramsOf = <N extends keyof typeof ANALYSES>(analysis: N) =>
  ({
    kind: 'typed',
    default: '',
    type: 'json',
    types: OBJECT_TYPES,
    from: 'oz-analyze',
    icon: 'sliders',
    section: 'more',
    when: [{ [analysis]: [true] }],
    placeholder: 'placeholder.params',
    doc: `parameters of the analysis \`${analysis}\`: thresholds, and whatever else the server accepts`,
  }) as const satisfies Typed;

export const PARAMS = {
  livenessParams: paramsOf('liveness'),
  biometryParams: paramsOf('biometry'),
  collectionParams: paramsOf('collection'),
  documentsParams: paramsOf('documents'),
} as const satisfies Declarations;

/** How a node waits for a result, and what it sends. */
export const RESULT = {
  emit: {
    kind: 'choice',
    default: 'bestShotUrl',
    choices: ['bestShotUrl', 'bestShotImage', 'result'],
    from: 'oz-result',
    icon: 'picture-o',
    doc: 'what `msg.payload` becomes: URL of the best shot, the image (Buffer), or the result (object)',
  },
  outputs: {
    kind: 'choice',
    default: 1,
    choices: [1, 3],
    from: 'oz-result',
    icon: 'random',
    fixed: true,
    doc: 'one output, or three: passed, declined, needs review',
  },
  timeout: {
    kind: 'number',
    default: 300,
    min: 1,
    max: 86_400,
    from: 'oz-result',
    icon: 'clock-o',
    doc: 'maximum wait, in seconds',
  },
  onTimeout: {
    kind: 'choice',
    default: 'error',
    choices: ['error', 'emit'],
    from: 'oz-result',
    icon: 'hourglass-end',
    doc: 'what happens when the time runs out: raise an error, or send the results so far',
  },
} as const satisfies Declarations;

export const RAW = {
  raw: {
    kind: 'flag',
    default: false,
    label: '@ozflow/node-red-oz/oz-auth:dialog.raw',
    doc: "put the API's own objects into `msg.oz.raw`",
  },
} as const satisfies Declarations;
