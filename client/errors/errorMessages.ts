import { fillPlaces } from './fillPlaces';
import { OzError, type ErrorParams, type OzErrorCode, type SafeDetails } from './ozError';

/**
 * Every error the client can report: its code and its English sentence. The keys are those of the nodes' catalogues
 * (`errors.<key>`), with the same `__name__` places, so that a translation can be checked against this table.
 * A sentence says what was wrong, where, and what to do. docs/errors.md explains the codes.
 */
export const ERROR_MESSAGES = {
  urlMissing: [
    'OZ_CONFIG',
    'No server address is set. Enter the address of your Oz API, for example https://oz.example.com.',
  ],
  urlInvalid: ['OZ_CONFIG', '"__url__" is not a server address. Enter one such as https://oz.example.com.'],
  urlScheme: ['OZ_CONFIG', 'The server address must begin with http:// or https://, not "__scheme__".'],
  urlSecret: [
    'OZ_CONFIG',
    'The server address must not hold a user name, a password or a query. Use the sign-in fields.',
  ],
  sandboxNotLoopback: [
    'OZ_CONFIG',
    'Sign-in "Local sandbox" works only with a server on this machine, not with __host__. Start that sandbox with an account of its own, and choose "E-mail and password".',
  ],
  signInIncomplete: [
    'OZ_CONFIG',
    'The sign-in is incomplete: __field__ is missing. Enter it in the server settings.',
  ],
  tokenCharacters: [
    'OZ_CONFIG',
    'The access token holds characters that cannot be sent. Copy it again, without line breaks.',
  ],
  tlsOptions: [
    'OZ_TLS',
    'The certificate, key or CA of the TLS settings cannot be used (__system__). Check the files and the passphrase.',
  ],
  proxyInvalid: [
    'OZ_CONFIG',
    'The proxy address is not a valid http:// or https:// address. Check the proxy settings.',
  ],
  networkUnsupported: [
    'OZ_CONFIG',
    'The request cannot be made with these settings (__system__). Check the server settings.',
  ],

  idMissing: ['OZ_INPUT', 'A __what__ id is needed, but there is none. Check the property it is read from.'],
  idInvalid: ['OZ_INPUT', 'The given __what__ id cannot be one. Ids are letters, digits and dashes.'],
  analysesMissing: ['OZ_INPUT', 'No analysis is chosen. Choose at least one.'],
  targetMissing: ['OZ_INPUT', 'Nothing to wait for: give a folder id or analysis ids.'],
  noAnalyses: ['OZ_INPUT', 'Folder __folder__ has no analyses to wait for. Start one first.'],
  aliasMissing: ['OZ_INPUT', 'A collection needs a name. Enter one.'],
  companyMissing: [
    'OZ_INPUT',
    'The company of the new collection is not known, because the account sees __count__ companies. Give the company id.',
  ],
  metadataInvalid: ['OZ_INPUT', 'Metadata must be an object such as {"transaction_id": "42"}.'],
  jsonInvalid: [
    'OZ_INPUT',
    'The request cannot be written as JSON: it is nested more than __limit__ levels deep, contains itself, or holds a value that JSON does not know. Check the metadata and parameters.',
  ],
  webhookInvalid: ['OZ_INPUT', 'The webhook address must be an absolute http:// or https:// URL.'],
  instantCollection: [
    'OZ_INPUT',
    'The non-persistent mode has no blacklist. Leave that analysis out, or use the normal mode.',
  ],
  downloadUrl: [
    'OZ_INPUT',
    'This is not an address that can be fetched. It must begin with http://, https:// or data:.',
  ],
  queryInvalid: ['OZ_INPUT', 'The list filter "__field__" has a value that cannot be used.'],

  mediaNone: [
    'OZ_MEDIA',
    'There is no media to upload. Give a Buffer, a data URL, base64 text, or an array of those.',
  ],
  mediaKind: [
    'OZ_MEDIA',
    'Media __index__ is __kind__, which cannot be uploaded. Give a Buffer, a data URL or base64 text.',
  ],
  mediaHttpUrl: [
    'OZ_MEDIA',
    'Media __index__ is a web address. Fetch it first, for example with an http request node that returns a Buffer.',
  ],
  mediaTextNotPath: [
    'OZ_MEDIA',
    'Text is not read as a file path. Give media __index__ as a Buffer, a data URL or base64; or, if a trusted source sends the path, open this node and choose "File path" for "Text is".',
  ],
  mediaOutside: [
    'OZ_MEDIA',
    '"__file__" is not in the folder that media are read from. Put the file there, or change "Folder for media" in the server settings.',
  ],
  mediaFolderMissing: [
    'OZ_CONFIG',
    'The folder for media "__folder__" is not there or cannot be read. Check it in the server settings and in settings.js.',
  ],
  mediaMissing: [
    'OZ_MEDIA',
    'The file "__file__" does not exist. Check the path on the machine that runs Node-RED.',
  ],
  mediaUnreadable: ['OZ_MEDIA', 'The file "__file__" cannot be read (__system__). Check its permissions.'],
  mediaNotFile: [
    'OZ_MEDIA',
    '"__file__" is not a file. Give the path of a video, a photo or a ZIP of frames.',
  ],
  mediaEmpty: ['OZ_MEDIA', '"__file__" is empty. Nothing was sent.'],
  mediaTooBig: [
    'OZ_MEDIA',
    '"__file__" has __size__ MB; the limit is __limit__ MB. Shorten or compress it, or raise the limit in the server settings.',
  ],
  mediaTooMany: ['OZ_MEDIA', 'There are __count__ media; one folder takes __limit__. Send fewer.'],
  mediaUnknownType: [
    'OZ_MEDIA',
    '"__file__" is neither a video nor a photo nor a ZIP of frames. Send MP4, MOV, WebM, JPEG, PNG or ZIP.',
  ],
  mediaHeic: [
    'OZ_MEDIA',
    '"__file__" is a HEIC photo, which the Oz API does not take. Set the iPhone\'s camera to "Most Compatible" (Settings, Camera, Formats), or convert it to JPEG.',
  ],
  mediaPhotoType: [
    'OZ_MEDIA',
    '"__file__" is a kind of picture that the Oz API does not take. Convert it to JPEG.',
  ],
  mediaVideoType: [
    'OZ_MEDIA',
    '"__file__" is a kind of video that the Oz API does not take. Convert it to MP4.',
  ],
  mediaSound: ['OZ_MEDIA', '"__file__" is a sound recording. Send a video, a photo or a ZIP of frames.'],
  mediaArchive: [
    'OZ_MEDIA',
    '"__file__" is a kind of archive that the Oz API does not take. Pack the frames as ZIP.',
  ],
  mediaBadData: [
    'OZ_MEDIA',
    'Media __index__ is a data URL that cannot be decoded. It must hold base64 data.',
  ],
  mediaChanged: [
    'OZ_MEDIA',
    '"__file__" changed while it was being sent. Wait until it is completely written, then send it again.',
  ],
  mediaSizeMissing: ['OZ_MEDIA', 'The size of the stream "__file__" is not known. Give its size in bytes.'],
  mediaStreamType: [
    'OZ_MEDIA',
    'The type of the stream "__file__" is not known. Give it as "contentType", for example video/mp4.',
  ],
  mediaStreamUsed: [
    'OZ_MEDIA',
    'The stream "__file__" was already read and cannot be sent again. Send a Buffer or a file path instead.',
  ],

  mediaHostNotNamed: [
    'OZ_CONFIG',
    'The picture is at __host__, not at the server\'s own address, so it was not fetched. If you trust that host, add it to "Media hosts" in the server settings; if it is an inner name of the server, tick "Fetch media from this server\'s address" there.',
  ],
  mediaHostInvalid: [
    'OZ_CONFIG',
    '"__host__" in "Media hosts" is not a host name. Enter names such as cdn.example.com, separated by commas.',
  ],
  mediaHost: [
    'OZ_UNREACHABLE',
    'The media is at __host__, which cannot be reached from here. If that is an inner name of the server, tick "Fetch media from this server\'s address" in the server settings.',
  ],
  hostUnknown: [
    'OZ_UNREACHABLE',
    'The name __host__ cannot be resolved. Check the server address and the network.',
  ],
  refused: [
    'OZ_UNREACHABLE',
    '__host__ refuses the connection. Check the address and the port, and that the server runs.',
  ],
  reset: [
    'OZ_UNREACHABLE',
    'The connection to __host__ broke before the answer was complete. Try again; check the network if it happens often.',
  ],
  unreachable: [
    'OZ_UNREACHABLE',
    '__host__ cannot be reached (__system__). Check the network, the firewall and the proxy.',
  ],
  proxyRefused: [
    'OZ_UNREACHABLE',
    'The proxy did not open the way to __host__ (__system__). Check the proxy settings.',
  ],
  tlsUntrusted: [
    'OZ_TLS',
    'The certificate of __host__ is not trusted (__system__). Add its CA in the TLS settings.',
  ],
  tlsExpired: [
    'OZ_TLS',
    'The certificate of __host__ is not valid at this time (__system__). Renew it, or check the clock of this machine.',
  ],
  tlsHostname: [
    'OZ_TLS',
    'The certificate of __host__ was made for another name. Use the name in the certificate.',
  ],
  tlsFailed: [
    'OZ_TLS',
    'No secure connection to __host__ (__system__). Check http:// versus https://, the port and the TLS settings.',
  ],
  timeoutConnect: [
    'OZ_TIMEOUT',
    '__host__ did not take the connection within __seconds__ s. Check the address and the firewall.',
  ],
  timeoutIdle: [
    'OZ_TIMEOUT',
    '__host__ sent and took nothing for __seconds__ s. Try again, or raise the request timeout in the server settings.',
  ],
  timeoutTotal: [
    'OZ_TIMEOUT',
    'The request to __host__ was not done after __seconds__ s. Try again, or raise the request timeout in the server settings.',
  ],

  signInRefused: ['OZ_AUTH', '__host__ refuses the e-mail and password. Check both in the server settings.'],
  tokenRefused: [
    'OZ_AUTH',
    '__host__ refuses the access token. It may have expired: enter a new one in the server settings.',
  ],
  signInNeeded: [
    'OZ_AUTH',
    '__host__ asks for a sign-in, but none is set. Choose one in the server settings.',
  ],
  sessionRefused: [
    'OZ_AUTH',
    '__host__ refuses the session although the sign-in succeeded. Check the account.',
  ],
  forbidden: ['OZ_FORBIDDEN', 'The account has no right to do this. Ask the administrator of the server.'],
  forbiddenDelete: [
    'OZ_FORBIDDEN',
    'The account has no right to delete this. It takes an administrator of the company.',
  ],
  notFound: ['OZ_NOT_FOUND', 'The server knows no __what__ with this id. Check the id and the account.'],
  routeMissing: [
    'OZ_NOT_FOUND',
    '__host__ does not offer this call. Check the server address and the version of the Oz API.',
  ],
  rateLimited: [
    'OZ_RATE_LIMITED',
    '__host__ takes no more requests for now. Send more slowly, or lower the number of parallel requests.',
  ],
  rejectedSize: [
    'OZ_REJECTED',
    '__host__ takes no request as large as this one (HTTP 413). Send less at once, or have the limit of the server or its reverse proxy raised.',
  ],
  rejected: ['OZ_REJECTED', '__host__ rejected the request (HTTP __status__): __reason__'],
  serverFault: [
    'OZ_SERVER',
    '__host__ failed to answer (HTTP __status__). Try again later; tell the administrator if it stays.',
  ],

  notJson: [
    'OZ_RESPONSE',
    '__host__ did not answer as an Oz API does (HTTP __status__, __type__). Check the server address and the proxy.',
  ],
  brokenJson: [
    'OZ_RESPONSE',
    'The answer of __host__ is incomplete or damaged. Try again; check the network if it stays.',
  ],
  wrongShape: [
    'OZ_RESPONSE',
    'The answer of __host__ lacks "__field__". Check that the address is that of an Oz API.',
  ],
  notOz: ['OZ_RESPONSE', '__host__ answers, but it is not an Oz API. Check the server address.'],
  redirected: [
    'OZ_RESPONSE',
    '__host__ sends us on to __target__. Enter that address in the server settings.',
  ],
  tooManyRedirects: ['OZ_RESPONSE', 'The media address leads from one place to the next without end.'],
  tooDeep: [
    'OZ_RESPONSE',
    'The answer of __host__ is nested more than __limit__ levels deep and was not read.',
  ],
  tooLarge: ['OZ_RESPONSE', 'The answer of __host__ is larger than __limit__ MB and was not read.'],
  notAnImage: [
    'OZ_RESPONSE',
    'What __host__ sent is not a JPEG, PNG or WebP image. Check the media address.',
  ],

  analysisFailed: [
    'OZ_ANALYSIS_FAILED',
    'The server could not finish the analysis __analysis__. Check the media and try again.',
  ],
  waitTimeout: [
    'OZ_WAIT_TIMEOUT',
    'The result was not there after __seconds__ s. Allow more time, or look it up later by its ids.',
  ],
  internal: ['OZ_RESPONSE', 'The answer of the server could not be understood. Please report this.'],
  cancelled: ['OZ_CANCELLED', 'The work was cancelled.'],
  closed: ['OZ_CANCELLED', 'The work was cancelled because the flow was stopped or deployed again.'],
} as const satisfies Record<string, readonly [OzErrorCode, string]>;

export type ErrorKey = keyof typeof ERROR_MESSAGES;

/** Makes the error of a sentence, with its places filled. */
export function ozError(key: ErrorKey, params: ErrorParams = {}, details: SafeDetails = {}): OzError {
  const [code, sentence] = ERROR_MESSAGES[key];
  return new OzError(code, key, fillPlaces(sentence, params), params, details);
}
