import { inSection, type Declarations } from '../shared/properties/declaration';
import { LIST_TYPES, NODE, RAW, RESULT } from '../shared/properties/groups';

export const PROPERTIES = {
  ...NODE,
  source: {
    kind: 'typed',
    default: 'oz',
    type: 'msg',
    types: LIST_TYPES,
    icon: 'sign-in',
    required: true,
    doc: 'where the folder and analysis ids come from: an object like `msg.oz`, a folder id, or an array of analysis ids',
  },
  ...RESULT,
  decision: {
    kind: 'flag',
    default: false,
    doc: 'if the server wants a person to decide (`OPERATOR_REQUIRED`), wait for that decision as well',
  },
  decisionHours: {
    kind: 'number',
    default: 72,
    min: 0.01,
    max: 720,
    icon: 'user-o',
    when: [{ decision: [true] }],
    doc: 'maximum wait for the decision, in hours, from the verdict that asks for it',
  },
  ...inSection('more', RAW),
  resume: {
    kind: 'flag',
    default: false,
    section: 'more',
    fixed: true,
    doc: 'keep waiting after a restart',
  },
  store: {
    kind: 'text',
    default: '',
    section: 'more',
    row: 'own',
    when: [{ resume: [true] }],
    fixed: true,
    doc: 'name of the context store (`contextStorage` in settings.js) that keeps the waits, such as one in Redis that several Node-RED instances share. Empty, or a `localfilesystem` store: a file in the folder `oz-waits`, written at once',
  },
} as const satisfies Declarations;
