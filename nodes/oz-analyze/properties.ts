import type { Declarations } from '../shared/properties/declaration';
import { ANALYSES, LIST_TYPES, NODE, TEXT_TYPES, WEBHOOK } from '../shared/properties/groups';

export const PROPERTIES = {
  ...NODE,
  folder: {
    kind: 'typed',
    default: 'oz.folderId',
    type: 'msg',
    types: TEXT_TYPES,
    icon: 'folder-open-o',
    required: true,
    doc: 'folder to analyse',
  },
  ...ANALYSES,
  sourceMedia: {
    kind: 'typed',
    default: '',
    type: 'msg',
    types: LIST_TYPES,
    icon: 'film',
    section: 'more',
    doc: 'media ids; empty: all media of the folder',
  },
  ...WEBHOOK,
} as const satisfies Declarations;
