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
    'The server address must not contain a user name, a password or a query. Use the sign-in fields.',
  ],
  sandboxNotLoopback: [
    'OZ_CONFIG',
    'Sign-in "Local sandbox" works only with a server on this machine, not with __host__. Start that sandbox with an account of its own, and choose "E-mail and password".',
  ],
  signInIncomplete: [
    'OZ_CONFIG',
    'The sign-in is incomplete: __what__ is missing. Enter it in the server settings.',
  ],
  tokenCharacters: [
    'OZ_CONFIG',
    'The access token contains invalid characters. Copy it again, without line breaks.',
  ],
  tlsOptions: [
    'OZ_TLS',
    'The certificate, key or CA of the TLS settings cannot be used (__system__). Check the files and the passphrase.',
  ],
  libraryMissing: [
    'OZ_CONFIG',
    'The installation is incomplete: the library "__name__" cannot be loaded (__system__). Reinstall @ozflow/node-red-oz.',
  ],
  proxyInvalid: [
    'OZ_CONFIG',
    'The proxy address is not a valid http:// or https:// address. Check the proxy settings.',
  ],
  networkUnsupported: [
    'OZ_CONFIG',
    'The request cannot be sent with these settings (__system__). Check the server settings.',
  ],
  liteOnlyCheck: [
    'OZ_CONFIG',
    '__host__ is an API Lite server. It stores nothing and only checks photos, with an "Oz check" node. Use that node, or select a server with the Oz API.',
  ],
  whoAmIUnknown: [
    'OZ_CONFIG',
    '__host__ shows __count__ users and does not tell which of them is signed in. Sign in with e-mail and password.',
  ],
  templateNeedsLite: [
    'OZ_CONFIG',
    'Only API Lite makes face templates. Select a server whose API is set to "API Lite".',
  ],

  idMissing: ['OZ_INPUT', 'The __what__ id is missing. Check the property it is read from.'],
  idInvalid: ['OZ_INPUT', 'The __what__ id is not valid. Ids consist of letters, digits and dashes.'],
  analysesMissing: ['OZ_INPUT', 'No analysis is selected. Select at least one.'],
  targetMissing: ['OZ_INPUT', 'Nothing to wait for. Pass a folder id or analysis ids.'],
  noAnalyses: ['OZ_INPUT', 'Folder __folder__ has no analyses to wait for. Start one first.'],
  aliasMissing: ['OZ_INPUT', 'A collection needs a name. Enter one.'],
  companyMissing: [
    'OZ_INPUT',
    'The account can see __count__ companies. Enter the company id of the new collection.',
  ],
  companyName: ['OZ_INPUT', 'A company needs a name. Enter one.'],
  userField: ['OZ_INPUT', 'A new user needs "__field__". Check the property it is read from.'],
  metadataInvalid: ['OZ_INPUT', 'Metadata must be an object such as {"transaction_id": "42"}.'],
  paramsInvalid: [
    'OZ_INPUT',
    'The parameters of an analysis must be an object such as {"collection_id": "…"}.',
  ],
  jsonInvalid: [
    'OZ_INPUT',
    'The request cannot be written as JSON: it is nested more than __limit__ levels deep, refers to itself, or contains a value that JSON does not support. Check the metadata and parameters.',
  ],
  webhookInvalid: ['OZ_INPUT', 'The webhook address must be an absolute http:// or https:// URL.'],
  instantCollection: [
    'OZ_INPUT',
    'Instant (non-persistent mode) has no blacklist. Clear that analysis, or turn Instant off.',
  ],
  liteField: [
    'OZ_INPUT',
    'API Lite does not support "__field__". Clear it in this node, or select a server with the Oz API.',
  ],
  downloadUrl: [
    'OZ_INPUT',
    'This address cannot be downloaded. It must start with http://, https:// or data:.',
  ],
  queryInvalid: ['OZ_INPUT', 'The filter "__field__" has an invalid value.'],

  mediaNone: [
    'OZ_MEDIA',
    'There is no media to upload. Pass a Buffer, a data URL, base64 text, or an array of these.',
  ],
  mediaKind: [
    'OZ_MEDIA',
    'Media __index__ cannot be uploaded: it is __kind__. Pass a Buffer, a data URL or base64 text.',
  ],
  mediaObject: [
    'OZ_MEDIA',
    'Media __index__ is an object. Open this node and select the property that holds the media, for example msg.payload.image.',
  ],
  mediaBinaryText: [
    'OZ_MEDIA',
    'Media __index__ is a file that was turned into text, which damages it. Set the node that reads or receives it to return a Buffer instead of a string.',
  ],
  mediaJsonText: [
    'OZ_MEDIA',
    'Media __index__ is JSON text. Put a json node before this one, then select the property that holds the media.',
  ],
  mediaHttpUrl: [
    'OZ_MEDIA',
    'Media __index__ is a web address. Download it first, for example with an http request node that returns a Buffer.',
  ],
  mediaTextNotPath: [
    'OZ_MEDIA',
    'Text is not read as a file path. Pass media __index__ as a Buffer, a data URL or base64. If the path comes from a trusted source, open this node and set "Text is" to "File path".',
  ],
  mediaOutside: [
    'OZ_MEDIA',
    '"__file__" is outside the folder that media are read from. Move the file there, or change "Media folder" in the server settings.',
  ],
  mediaFolderMissing: [
    'OZ_CONFIG',
    'The media folder "__folder__" does not exist or cannot be read. Check it in the server settings and in settings.js.',
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
    '"__file__" is __size__ MB; the limit is __limit__ MB. Shorten or compress it, or raise the limit in the server settings.',
  ],
  mediaTooMany: ['OZ_MEDIA', 'There are __count__ media; the limit is __limit__ per folder. Send fewer.'],
  mediaUnknownType: [
    'OZ_MEDIA',
    '"__file__" is not a video, a photo or a ZIP of frames. Send MP4, MOV, WebM, JPEG, PNG or ZIP.',
  ],
  mediaForm: [
    'OZ_MEDIA',
    '"__file__" is a whole form that was not taken apart. Tick "Accept file uploads" in the http in node.',
  ],
  mediaPage: [
    'OZ_MEDIA',
    '"__file__" is a web page or JSON, not media. If it was downloaded, check the address and the status of the answer.',
  ],
  mediaHeic: [
    'OZ_MEDIA',
    '"__file__" is a HEIC photo, which the Oz API does not accept. Set the iPhone\'s camera to "Most Compatible" (Settings, Camera, Formats), or convert it to JPEG.',
  ],
  mediaPhotoType: [
    'OZ_MEDIA',
    '"__file__" is an image type that the Oz API does not accept. Convert it to JPEG.',
  ],
  mediaVideoType: [
    'OZ_MEDIA',
    '"__file__" is a video type that the Oz API does not accept. Convert it to MP4.',
  ],
  mediaSound: ['OZ_MEDIA', '"__file__" is an audio recording. Send a video, a photo or a ZIP of frames.'],
  mediaArchive: [
    'OZ_MEDIA',
    '"__file__" is an archive type that the Oz API does not accept. Pack the frames as a ZIP.',
  ],
  mediaBadData: [
    'OZ_MEDIA',
    'Media __index__ is a data URL that cannot be decoded. It must contain base64 data.',
  ],
  mediaChanged: [
    'OZ_MEDIA',
    '"__file__" changed while it was being uploaded. Wait until it has been written completely, then send it again.',
  ],
  mediaSizeMissing: ['OZ_MEDIA', 'The size of the stream "__file__" is unknown. Pass its size in bytes.'],
  mediaStreamType: [
    'OZ_MEDIA',
    'The type of the stream "__file__" is unknown. Pass it as "contentType", for example video/mp4.',
  ],
  mediaStreamUsed: [
    'OZ_MEDIA',
    'The stream "__file__" was already read and cannot be sent again. Send a Buffer or a file path instead.',
  ],
  mediaStreamSize: [
    'OZ_MEDIA',
    'The stream "__file__" does not hold the __size__ bytes that were given as its size. Pass its exact size.',
  ],
  mediaStreamBroken: [
    'OZ_MEDIA',
    'The stream "__file__" cannot be read to its end (__system__). Send it again, or send a Buffer or a file path instead.',
  ],
  litePhoto: [
    'OZ_MEDIA',
    '"__file__" is not a photo. API Lite accepts only JPEG and PNG photos. Send a photo, or use a server with the Oz API for videos and ZIPs.',
  ],
  litePhotoCount: [
    'OZ_MEDIA',
    'Face match with API Lite needs two photos, or a photo and a face template; there are __count__ media.',
  ],
  liteNoSelfie: [
    'OZ_MEDIA',
    'There is no photo for liveness: all media are ID photos or face templates. Send a selfie as well.',
  ],
  liteUnreadable: [
    'OZ_MEDIA',
    '__host__ cannot read the photo (__code__). Check that it is a complete JPEG or PNG file.',
  ],
  liteTemplate: [
    'OZ_MEDIA',
    '__host__ cannot read the face template (__code__). Pass one that the same server made.',
  ],

  mediaHostNotNamed: [
    'OZ_CONFIG',
    'The image is at __host__, not at the server\'s own address, so it was not downloaded. If you trust that host, add it to "Media hosts" in the server settings. If it is an internal name of the server, select "Fetch media from this server\'s address" there.',
  ],
  mediaHostInvalid: [
    'OZ_CONFIG',
    '"__host__" in "Media hosts" is not a host name. Enter names such as cdn.example.com, separated by commas.',
  ],
  mediaHost: [
    'OZ_UNREACHABLE',
    'The media is at __host__, which cannot be reached from here. If that is an internal name of the server, select "Fetch media from this server\'s address" in the server settings.',
  ],
  hostUnknown: [
    'OZ_UNREACHABLE',
    'The name __host__ cannot be resolved. Check the server address and the network.',
  ],
  refused: ['OZ_UNREACHABLE', '__host__ refused the connection. Check the address, or start the server.'],
  reset: [
    'OZ_UNREACHABLE',
    'The connection to __host__ was lost before the response was complete. Try again; check the network if it happens often.',
  ],
  unreachable: [
    'OZ_UNREACHABLE',
    '__host__ cannot be reached (__system__). Check the network, the firewall and the proxy.',
  ],
  proxyRefused: [
    'OZ_UNREACHABLE',
    'The proxy did not connect to __host__ (__system__). Check the proxy settings.',
  ],
  proxySignIn: [
    'OZ_UNREACHABLE',
    'The proxy requires a sign-in for __host__ (__system__). Enter the user name and password in the http proxy node. Only Basic sign-in is supported: for NTLM or Kerberos, put a local helper such as cntlm in between.',
  ],
  tlsUntrusted: [
    'OZ_TLS',
    'The certificate of __host__ is not trusted (__system__). Add its CA in the TLS settings.',
  ],
  tlsExpired: [
    'OZ_TLS',
    "The certificate of __host__ has expired or is not valid yet (__system__). Renew it, or check this machine's clock.",
  ],
  tlsHostname: [
    'OZ_TLS',
    'The certificate of __host__ is for a different name. Use the name in the certificate.',
  ],
  tlsFailed: [
    'OZ_TLS',
    'The secure connection to __host__ failed (__system__). Check http:// versus https://, the port and the TLS settings.',
  ],
  timeoutConnect: [
    'OZ_TIMEOUT',
    '__host__ did not accept the connection within __seconds__ s. Check the address and the firewall.',
  ],
  timeoutIdle: [
    'OZ_TIMEOUT',
    'No data was exchanged with __host__ for __seconds__ s. Try again, or raise the request timeout in the server settings.',
  ],
  timeoutTotal: [
    'OZ_TIMEOUT',
    'The request to __host__ did not finish within __seconds__ s. Try again, or raise the request timeout in the server settings.',
  ],

  signInRefused: ['OZ_AUTH', '__host__ rejected the e-mail or password. Check both in the server settings.'],
  tokenRefused: [
    'OZ_AUTH',
    '__host__ rejected the access token. It may have expired; enter a new one in the server settings.',
  ],
  signInNeeded: [
    'OZ_AUTH',
    '__host__ requires a sign-in, but none is set. Choose one in the server settings.',
  ],
  liteSignIn: [
    'OZ_AUTH',
    '__host__ requires a sign-in, which API Lite does not have. Check the address, the gateway in front of the server, and the selected API.',
  ],
  liteMissing: [
    'OZ_NOT_FOUND',
    '__host__ does not support this call of API Lite. Check the server address and the selected API.',
  ],
  sessionRefused: [
    'OZ_AUTH',
    '__host__ rejects the session although the sign-in succeeded. Check the account.',
  ],
  forbidden: ['OZ_FORBIDDEN', "The account is not allowed to do this. Ask the server's administrator."],
  forbiddenDelete: [
    'OZ_FORBIDDEN',
    'The account is not allowed to delete this. Only a company administrator can.',
  ],
  forbiddenAccounts: [
    'OZ_FORBIDDEN',
    'The account is not allowed to manage users and companies. Sign in as an administrator; a company administrator can manage the users of that company.',
  ],
  notFound: ['OZ_NOT_FOUND', 'The server has no __what__ with this id. Check the id and the account.'],
  routeMissing: [
    'OZ_NOT_FOUND',
    '__host__ does not support this call. Check the server address and the version of the Oz API.',
  ],
  rateLimited: [
    'OZ_RATE_LIMITED',
    '__host__ is receiving too many requests. Send more slowly, or lower the number of parallel requests.',
  ],
  userExists: ['OZ_REJECTED', 'There is already a user with this e-mail address.'],
  rejectedSize: [
    'OZ_REJECTED',
    'The request is too large for __host__ (HTTP 413). Send less at once, or raise the limit of the server or its reverse proxy.',
  ],
  rejected: ['OZ_REJECTED', '__host__ rejected the request (HTTP __status__): __reason__'],
  serverError: [
    'OZ_SERVER',
    '__host__ failed to answer (HTTP __status__). Try again later; tell the administrator if it keeps failing.',
  ],
  liteNotReady: [
    'OZ_SERVER',
    'The __processor__ processor of API Lite on __host__ is not working. Tell the administrator.',
  ],

  notJson: [
    'OZ_RESPONSE',
    '__host__ did not answer like an Oz API (HTTP __status__, __type__). Check the server address and the proxy.',
  ],
  brokenJson: [
    'OZ_RESPONSE',
    'The response from __host__ is incomplete or damaged. Try again; check the network if it keeps happening.',
  ],
  otherAnswer: [
    'OZ_RESPONSE',
    'The response from __host__ answers a different request. Check whether a proxy or cache on the way mixes up responses.',
  ],
  wrongShape: [
    'OZ_RESPONSE',
    'The response from __host__ has no "__field__". Check that the address is that of an Oz API.',
  ],
  notOz: [
    'OZ_RESPONSE',
    '__host__ answers, but it is not an Oz API. Check the server address and the selected API.',
  ],
  redirected: [
    'OZ_RESPONSE',
    '__host__ redirects to __target__ instead of answering. Enter the address of the API itself. If a sign-in page stands in front of it, exempt the API from that.',
  ],
  tooManyRedirects: ['OZ_RESPONSE', 'The media address redirects too many times.'],
  tooDeep: [
    'OZ_RESPONSE',
    'The response from __host__ is nested more than __limit__ levels deep and was not read.',
  ],
  tooLarge: ['OZ_RESPONSE', 'The response from __host__ is larger than __limit__ MB and was not read.'],
  notAnImage: [
    'OZ_RESPONSE',
    'What __host__ sent is not a JPEG, PNG or WebP image. Check the media address.',
  ],

  analysisFailed: [
    'OZ_ANALYSIS_FAILED',
    'The server could not complete analysis __analysis__. Check the media and try again.',
  ],
  liteNoFace: [
    'OZ_ANALYSIS_FAILED',
    'There is no face in the photo (__code__). Take it again with the whole face visible.',
  ],
  liteManyFaces: [
    'OZ_ANALYSIS_FAILED',
    'There is more than one face in the photo (__code__). Take it again with one person only.',
  ],
  waitTimeout: [
    'OZ_WAIT_TIMEOUT',
    'There was no result after __seconds__ s. Allow more time, or look it up later by its ids.',
  ],
  internal: ['OZ_RESPONSE', "The server's response could not be understood. Please report this."],
  cancelled: ['OZ_CANCELLED', 'The message was cancelled.'],
  closed: ['OZ_CANCELLED', 'The message was cancelled because the flow was stopped or deployed again.'],
} as const satisfies Record<string, readonly [OzErrorCode, string]>;

export type ErrorKey = keyof typeof ERROR_MESSAGES;

/** Makes the error of a sentence, with its places filled. */
export function ozError(key: ErrorKey, params: ErrorParams = {}, details: SafeDetails = {}): OzError {
  const [code, sentence] = ERROR_MESSAGES[key];
  return OzError.of(code, key, sentence, params, details);
}
