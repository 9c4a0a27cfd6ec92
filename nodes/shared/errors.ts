import type { NodeAPI } from 'node-red';
import { OzError, type ErrorParams, type OzErrorCode, type SafeDetails } from '../../client';
import { translate } from './text';

/** Errors that occur only in nodes, in the form of client/errors/errorMessages.ts: key, code, English sentence. */
export const NODE_ERROR_MESSAGES = {
  serverMissing: ['OZ_CONFIG', 'No server is selected. Open this node and select or add one.'],
  serverDisabled: ['OZ_CONFIG', 'The selected server is disabled, or its tab is. Enable it and deploy.'],
  serverNotDeployed: [
    'OZ_CONFIG',
    'The selected server is missing or not deployed yet. Deploy it first, or select another.',
  ],
  configNodeDisabled: [
    'OZ_CONFIG',
    'The selected "__type__" node is disabled, or its tab is. Enable it and deploy.',
  ],
  configNodeMissing: [
    'OZ_CONFIG',
    'The selected "__type__" node is missing or not deployed yet. Deploy it first, or select another.',
  ],
  secretNotSent: [
    'OZ_CONFIG',
    'Stored secrets are sent only to the deployed server address, with its TLS and proxy settings. Type the secret again to test these settings.',
  ],
  settingUnusable: [
    'OZ_CONFIG',
    'The setting "__field__" cannot be evaluated as __type__. Open this node and correct it.',
  ],
  settingInvalid: [
    'OZ_CONFIG',
    'The setting "__field__" cannot be "__value__". Open this node and correct it.',
  ],
  settingNumber: ['OZ_CONFIG', 'The setting "__field__" must be a number from __min__ to __max__.'],
  overrideInvalid: ['OZ_INPUT', 'The message sets "__field__" to an invalid value.'],
  overrideNumber: ['OZ_INPUT', 'The message must set "__field__" to a number from __min__ to __max__.'],
  notText: [
    'OZ_INPUT',
    'The value of "__field__" must be a string, such as an id. Check the property it is read from.',
  ],
  mediaPiece: [
    'OZ_MEDIA',
    'The message holds only a piece of a file. Join the pieces with a join node first, or read the file as a single Buffer.',
  ],
  nothingTicked: ['OZ_CONFIG', 'No analysis is selected. Open this node and select at least one.'],
  tagsMissing: ['OZ_CONFIG', 'No tags are set. Open this node and enter at least one.'],
  tagsInvalid: ['OZ_INPUT', 'Tags must be the name of a preset or an array of strings.'],
  containerFolder: [
    'OZ_CONFIG',
    'A container always creates its own folder. Open this node and clear the folder field.',
  ],
  sourceInvalid: [
    'OZ_INPUT',
    'No ids were found. Pass an object like msg.oz, a folder id, or an array of analysis ids.',
  ],
  unexpected: ['OZ_RESPONSE', 'Unexpected error in this node (__name__). Please report it.'],
} as const satisfies Record<string, readonly [OzErrorCode, string]>;

/**
 * English words with which errors fill places of their sentences: they are translated before they are filled in. Other
 * fillings, such as names of files, hosts and properties, are the same in all languages.
 */
export const WORD_TEXTS = {
  object: 'object',
  folder: 'folder',
  media: 'media',
  folderOrMedia: 'folder or media',
  folderMediaOrCollection: 'folder, media or collection',
  analysis: 'analysis',
  collection: 'collection',
  person: 'person',
  image: 'image',
  company: 'company',
  user: 'user',
  empty: 'empty',
  nested: 'a nested object',
  numbers: 'an array of numbers',
  neitherPathNorData: 'text that is neither a file path nor base64',
  dataUrlAsPath: 'a data URL instead of a file path',
  fileUrlElsewhere: 'a file: URL that names no file on this machine',
  number: 'a number',
  boolean: 'a boolean',
  function: 'a function',
  email: 'e-mail',
  password: 'password',
  token: 'access token',
  noReason: 'no reason given',
  signInRefused: 'sign-in refused',
  anotherPath: 'another path',
} as const;

/** Places that may hold one of these words. */
const WORD_PLACES = ['what', 'kind', 'reason', 'target'];

const WORD_KEYS: ReadonlyMap<string, string> = new Map(
  Object.entries(WORD_TEXTS).map(([key, english]) => [english, key]),
);

type NodeErrorKey = keyof typeof NODE_ERROR_MESSAGES;

/** Makes the error of one of the sentences above; the English text is filled in when it leaves the node. */
export function nodeError(key: NodeErrorKey, params: ErrorParams = {}, details: SafeDetails = {}): OzError {
  const [code, sentence] = NODE_ERROR_MESSAGES[key];
  return OzError.of(code, key, sentence, params, details);
}

/**
 * The error passed to `done`. Node-RED's Catch copies `code`, `cause` and `stack` and calls `toString()` for the message,
 * which therefore gives the bare sentence.
 */
export class NodeError extends Error {
  override readonly name = 'OzError';
  override readonly cause: SafeDetails;

  constructor(
    readonly code: OzErrorCode,
    message: string,
    cause: SafeDetails,
  ) {
    super(message);
    this.cause = cause;
  }

  override toString(): string {
    return this.message;
  }
}

/**
 * Turns whatever was thrown into the error a flow may see, its sentence in the runtime's language. The text of an
 * error that is not ours may hold anything, so only its class name is shown.
 * @param details what to say with an error that is not ours
 */
export function toNodeError(RED: NodeAPI, error: unknown, details: SafeDetails = {}): NodeError {
  const known =
    error instanceof OzError
      ? error
      : nodeError('unexpected', { name: error instanceof Error ? error.name : typeof error }, details);
  const sentence = translate(RED, `errors.${known.key}`, known.message, translateWords(RED, known.params));
  return new NodeError(known.code, sentence, known.cause);
}

function translateWords(RED: NodeAPI, params: ErrorParams): ErrorParams {
  const words = WORD_PLACES.flatMap((place) => {
    const english = params[place];
    const key = typeof english === 'string' ? WORD_KEYS.get(english) : undefined;
    return key === undefined ? [] : [[place, translate(RED, `words.${key}`, String(english))]];
  });
  return { ...params, ...Object.fromEntries(words) };
}

/** Where an error that is not ours came from, for the log: its class and its stack without the message. */
export function traceOf(error: unknown): string | undefined {
  if (error instanceof OzError || !(error instanceof Error)) return undefined;
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line));
  return [error.name, ...frames].join('\n');
}
