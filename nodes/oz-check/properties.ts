import { inSection, onlyWhen, type Declarations } from '../shared/properties/declaration';
import {
  ADDITIONAL_INFO,
  ANALYSES,
  MEDIA,
  METADATA,
  NODE,
  PARAMS,
  RAW,
  READING,
  WEBHOOK,
} from '../shared/properties/groups';

/** Everything but a session token. */
const CHECKING = { action: ['check'] };

export const PROPERTIES = {
  ...NODE,
  action: {
    kind: 'choice',
    default: 'check',
    choices: ['check', 'sessionToken'],
    icon: 'cog',
    label: '@ozflow/node-red-oz/oz-auth:dialog.action',
    fixed: true,
    doc: 'media in, verdict out; or `msg.payload` becomes a session token for a capture page',
  },
  ...onlyWhen(CHECKING, MEDIA),
  ...onlyWhen(CHECKING, {
    instant: {
      kind: 'flag',
      default: false,
      doc: 'non-persistent mode: the server stores nothing',
    },
  } as const satisfies Declarations),
  ...onlyWhen(CHECKING, ANALYSES),
  ...onlyWhen(CHECKING, inSection('answer', READING)),
  ...onlyWhen(CHECKING, METADATA),
  ...onlyWhen(CHECKING, ADDITIONAL_INFO),
  ...onlyWhen(CHECKING, PARAMS),
  ...onlyWhen(CHECKING, WEBHOOK),
  ...onlyWhen(CHECKING, inSection('more', RAW)),
} as const satisfies Declarations;
