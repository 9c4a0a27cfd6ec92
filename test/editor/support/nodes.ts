/** How a user sets one property in a dialog, and what the flow then holds. */
export type Setting =
  | { property: string; set: string | boolean; saved?: unknown }
  /** A typed input: both its value and its type must survive. */
  | { property: string; type: string; value: string };

export interface NodeUnderTest {
  type: string;
  /** Every property but `server`, in the order in which a user must set them to see the next row. */
  settings: Setting[];
  /** What a flow may leave out, and what the dialog must show then. */
  defaults: Record<string, string | boolean>;
}

const MEDIA_DEFAULTS = {
  media: 'payload',
  mediaType: 'msg',
  tags: 'selfie-video',
  gesture: 'blank',
  orientation: 'portrait',
  customTags: '',
  metadata: '',
  metadataType: 'json',
};

const ANALYSES_DEFAULTS = {
  liveness: true,
  bestShot: true,
  biometry: false,
  collection: false,
  documents: false,
};

const ANSWER_DEFAULTS = {
  emit: 'bestShotUrl',
  raw: false,
  outputs: '1',
  timeout: '300',
  onTimeout: 'error',
};

const ANALYSES: Setting[] = [
  { property: 'bestShot', set: false },
  { property: 'liveness', set: false },
  { property: 'biometry', set: true },
  { property: 'collection', set: true },
  { property: 'documents', set: true },
];

const ANSWER: Setting[] = [
  { property: 'emit', set: 'bestShotImage' },
  { property: 'raw', set: true },
  { property: 'outputs', set: '3', saved: 3 },
  { property: 'timeout', set: '42' },
  { property: 'onTimeout', set: 'emit' },
];

const TAGS: Setting[] = [
  { property: 'gesture', set: 'smile' },
  { property: 'orientation', set: 'landscape' },
  { property: 'tags', set: 'custom' },
  { property: 'customTags', set: 'photo_selfie, orientation_portrait' },
];

/** The flow nodes, by docs/flow-properties.md. */
export const NODES: NodeUnderTest[] = [
  {
    type: 'oz-upload',
    settings: [
      { property: 'name', set: 'My upload' },
      { property: 'media', type: 'flow', value: 'clip' },
      ...TAGS,
      { property: 'folder', type: 'str', value: '0a0b' },
      { property: 'metadata', type: 'json', value: '{"a":1}' },
      { property: 'webhook', type: 'env', value: 'HOOK' },
    ],
    defaults: { ...MEDIA_DEFAULTS, folder: '', folderType: 'msg', webhook: '', webhookType: 'str' },
  },
  {
    type: 'oz-analyze',
    settings: [
      { property: 'name', set: 'My analysis' },
      { property: 'folder', type: 'global', value: 'folder' },
      ...ANALYSES,
      { property: 'sourceMedia', type: 'jsonata', value: 'oz.media.mediaId' },
      { property: 'webhook', type: 'str', value: 'https://hook.example/oz' },
    ],
    defaults: {
      ...ANALYSES_DEFAULTS,
      folder: 'oz.folderId',
      folderType: 'msg',
      sourceMedia: '',
      sourceMediaType: 'msg',
      webhook: '',
      webhookType: 'str',
    },
  },
  {
    type: 'oz-result',
    settings: [
      { property: 'name', set: 'My result' },
      { property: 'source', type: 'flow', value: 'ids' },
      ...ANSWER,
      { property: 'resume', set: true },
      { property: 'store', set: 'memory' },
    ],
    defaults: { ...ANSWER_DEFAULTS, source: 'oz', sourceType: 'msg', resume: false, store: '' },
  },
];
