import type { Declarations, Typed } from '../shared/properties/declaration';
import { ANALYSES, LIST_TYPES, NODE, PARAMS, TEXT_TYPES, WEBHOOK } from '../shared/properties/groups';

/** Media of one analysis, instead of `sourceMedia`. */
const mediaOf = (analysis: keyof typeof ANALYSES) =>
  ({
    kind: 'typed',
    default: '',
    type: 'msg',
    types: LIST_TYPES,
    icon: 'film',
    section: 'more',
    when: [{ [analysis]: [true] }],
    placeholder: 'placeholder.ownMedia',
    doc: `media ids only for \`${analysis}\`; empty: those of \`sourceMedia\``,
  }) as const satisfies Typed;

export const PROPERTIES = {
  ...NODE,
  folder: {
    kind: 'typed',
    default: 'oz.folderId',
    type: 'msg',
    types: TEXT_TYPES,
    icon: 'folder-open-o',
    required: true,
    doc: 'folder to analyze',
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
  livenessMedia: mediaOf('liveness'),
  biometryMedia: mediaOf('biometry'),
  collectionMedia: mediaOf('collection'),
  documentsMedia: mediaOf('documents'),
  ...PARAMS,
  ...WEBHOOK,
} as const satisfies Declarations;
