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
  {
    type: 'oz-check',
    settings: [
      { property: 'name', set: 'My check' },
      { property: 'media', type: 'flow', value: 'clip' },
      ...TAGS,
      { property: 'instant', set: true },
      ...ANALYSES,
      ...ANSWER,
      { property: 'metadata', type: 'json', value: '{"a":1}' },
    ],
    defaults: {
      ...MEDIA_DEFAULTS,
      ...ANALYSES_DEFAULTS,
      ...ANSWER_DEFAULTS,
      action: 'check',
      instant: false,
    },
  },
  {
    type: 'oz-folder',
    settings: [
      { property: 'name', set: 'My folder' },
      { property: 'folder', type: 'str', value: '0a0b' },
      { property: 'raw', set: true },
      { property: 'action', set: 'list' },
      { property: 'since', type: 'str', value: '2026-01-31' },
      { property: 'until', type: 'num', value: '1790000000' },
      { property: 'resolution', set: 'DECLINED' },
      { property: 'filter', type: 'json', value: '{"transaction_id":"42"}' },
      { property: 'limit', set: '5' },
      { property: 'split', set: true },
      { property: 'action', set: 'changeMetadata' },
      { property: 'target', set: 'media' },
      { property: 'targetId', type: 'msg', value: 'oz.media[0].mediaId' },
      { property: 'metadata', type: 'json', value: '{"a":1}' },
    ],
    defaults: {
      action: 'get',
      target: 'folder',
      folder: 'oz.folderId',
      folderType: 'msg',
      targetId: '',
      targetIdType: 'msg',
      metadata: 'payload',
      metadataType: 'msg',
      since: '',
      sinceType: 'msg',
      until: '',
      untilType: 'msg',
      resolution: '',
      filter: '',
      filterType: 'json',
      limit: '100',
      split: false,
      raw: false,
    },
  },
  {
    type: 'oz-collection',
    settings: [
      { property: 'name', set: 'My collection' },
      { property: 'split', set: true },
      { property: 'action', set: 'create' },
      { property: 'alias', type: 'str', value: 'blacklist' },
      { property: 'company', type: 'env', value: 'COMPANY' },
      { property: 'action', set: 'addPerson' },
      { property: 'collection', type: 'flow', value: 'collection' },
      { property: 'media', type: 'msg', value: 'photos' },
      { property: 'metadata', type: 'jsonata', value: '{ "name": topic }' },
      { property: 'action', set: 'removeImage' },
      { property: 'person', type: 'global', value: 'person' },
      { property: 'image', type: 'str', value: '0c0d' },
    ],
    defaults: {
      action: 'list',
      alias: 'payload',
      aliasType: 'msg',
      company: '',
      companyType: 'str',
      collection: 'oz.collectionId',
      collectionType: 'msg',
      person: 'oz.personId',
      personType: 'msg',
      image: 'oz.imageId',
      imageType: 'msg',
      media: 'payload',
      mediaType: 'msg',
      metadata: '',
      metadataType: 'json',
      split: false,
    },
  },
];
