import type { NodeInitializer } from 'node-red';
import ozAccount from '../../nodes/oz-account/oz-account';
import ozAnalyze from '../../nodes/oz-analyze/oz-analyze';
import ozAuth from '../../nodes/oz-auth/oz-auth';
import ozCheck from '../../nodes/oz-check/oz-check';
import ozCollection from '../../nodes/oz-collection/oz-collection';
import ozFolder from '../../nodes/oz-folder/oz-folder';
import ozResult from '../../nodes/oz-result/oz-result';
import ozUpload from '../../nodes/oz-upload/oz-upload';
import { ACCOUNT } from './ozServer';
import { rig, type FlowNode, type Message, type Rig, type RigOptions } from './rig';
import { record } from '../../tools/launch/values';

/** What registers every node of the palette. */
export const TYPES: NodeInitializer[] = [
  ozAuth,
  ozUpload,
  ozAnalyze,
  ozResult,
  ozCheck,
  ozFolder,
  ozCollection,
  ozAccount,
];

/** Id of the server node in the flows made here. */
export const SERVER = 's1';

export interface PaletteRigOptions extends Partial<Omit<RigOptions, 'chain'>> {
  /** Properties of the server node. */
  server?: Record<string, unknown>;
}

/** A flow of our nodes with a server node signed in by e-mail and password. */
export function paletteRig(url: string, chain: FlowNode[], options: PaletteRigOptions = {}): Promise<Rig> {
  const {
    server = {},
    config = [],
    credentials = { [SERVER]: { ...ACCOUNT } },
    types = [],
    ...rest
  } = options;
  return rig({
    ...rest,
    types: [...TYPES, ...types],
    chain: chain.map((node) => ({ server: SERVER, ...node })),
    config: [{ id: SERVER, type: 'oz-auth', url, ...server }, ...config],
    credentials,
  });
}

/** The shortest flow there is: nothing set but the server. */
export const CHAIN: FlowNode[] = [
  { id: 'n1', type: 'oz-upload' },
  { id: 'n2', type: 'oz-analyze' },
  { id: 'n3', type: 'oz-result' },
];

/** The beginning of an MP4: enough to be taken for a video. */
export const VIDEO = Buffer.concat([
  Buffer.from('00000018667479706d703432000000006d70343269736f6d', 'hex'),
  Buffer.alloc(2000, 7),
]);
export const PHOTO = Buffer.concat([
  Buffer.from('ffd8ffe000104a46494600010100000100010000', 'hex'),
  Buffer.alloc(500, 9),
]);

/** `msg.error` of a message at Catch. */
export const errorOf = (msg: Message): Record<string, unknown> => record(msg['error']);
export const ozOf = (msg: Message): Record<string, unknown> => record(msg['oz']);
/** `fill/shape/text` of a status node's message; empty when the status was cleared. */
export const statusOf = (msg: Message): string => {
  const { fill, shape, text } = record(msg['status']);
  return text === undefined ? '' : [fill, shape, text].map(String).join('/');
};
