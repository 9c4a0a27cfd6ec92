import { inSection, onlyWhen, type Declarations } from '../shared/properties/declaration';
import {
  ADDITIONAL_INFO,
  ANALYSES,
  MEDIA,
  METADATA,
  NODE,
  PARAMS,
  RAW,
  RESULT,
  WEBHOOK,
} from '../shared/properties/groups';

const CHECKING = { action: ['check'] };
const { media, textAs, ...TAGGING } = MEDIA;

export const PROPERTIES = {
  ...NODE,
  action: {
    kind: 'choice',
    default: 'check',
    choices: ['check', 'sessionToken', 'faceTemplate'],
    icon: 'cog',
    label: '@ozflow/node-red-oz/oz-auth:dialog.action',
    fixed: true,
    doc: 'what the node does: check media, or put into `msg.payload` a session token for a capture page, or the face template of a photo (API Lite only)',
  },
  ...onlyWhen({ action: ['check', 'faceTemplate'] }, { media, textAs }),
  ...onlyWhen(CHECKING, TAGGING),
  ...onlyWhen(CHECKING, {
    instant: {
      kind: 'flag',
      default: false,
      doc: 'non-persistent mode: the server stores nothing',
    },
  } as const satisfies Declarations),
  ...onlyWhen(CHECKING, ANALYSES),
  ...onlyWhen(CHECKING, inSection('answer', RESULT)),
  ...onlyWhen(CHECKING, METADATA),
  ...onlyWhen(CHECKING, ADDITIONAL_INFO),
  ...onlyWhen(CHECKING, PARAMS),
  ...onlyWhen(CHECKING, WEBHOOK),
  ...onlyWhen(CHECKING, inSection('more', RAW)),
} as const satisfies Declarations;
