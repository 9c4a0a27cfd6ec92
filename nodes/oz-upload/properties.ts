import type { Declarations } from '../shared/properties/declaration';
import { ADDITIONAL_INFO, MEDIA, METADATA, NODE, TEXT_TYPES, WEBHOOK } from '../shared/properties/groups';

export const PROPERTIES = {
  ...NODE,
  ...MEDIA,
  folder: {
    kind: 'typed',
    default: '',
    type: 'msg',
    types: TEXT_TYPES,
    icon: 'folder-open-o',
    section: 'more',
    doc: 'add to this folder; empty: a new folder',
  },
  ...METADATA,
  ...ADDITIONAL_INFO,
  ...WEBHOOK,
} as const satisfies Declarations;
