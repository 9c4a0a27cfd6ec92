import { fillPlaces } from './fillPlaces';

/**
 * The closed table of error codes. It grows only here and in docs/errors.md; a test holds the two together.
 * A verdict (declined, no best shot) is never an error: these codes are for errors only.
 */
export const OZ_ERROR_CODES = [
  'OZ_CONFIG',
  'OZ_INPUT',
  'OZ_MEDIA',
  'OZ_UNREACHABLE',
  'OZ_TLS',
  'OZ_TIMEOUT',
  'OZ_AUTH',
  'OZ_FORBIDDEN',
  'OZ_NOT_FOUND',
  'OZ_RATE_LIMITED',
  'OZ_REJECTED',
  'OZ_SERVER',
  'OZ_RESPONSE',
  'OZ_ANALYSIS_FAILED',
  'OZ_WAIT_TIMEOUT',
  'OZ_CANCELLED',
] as const;

export type OzErrorCode = (typeof OZ_ERROR_CODES)[number];

/**
 * What may be told about an error without telling a secret: no URL queries, no header, no body, no file content.
 * It becomes `error.cause` of the message that Catch nodes receive.
 */
export interface SafeDetails {
  /** The step that failed, e.g. `sign-in`, `upload`, `start-analyses`, `wait`, `download`. */
  stage?: string;
  /** HTTP status of the answer, when there was one. */
  status?: number;
  /** `error_code` of the API's error body (docs/oz-api.md 4.7), or `code` of API Lite's, a text (docs/oz-api.md 5.6). */
  apiCode?: number | string;
  /** `error_message` of the API's error body, or `message` of API Lite's, at most 200 characters. */
  apiMessage?: string;
  requestId?: string;
  /** The operating system's or TLS library's code, e.g. `ECONNREFUSED`, `CERT_HAS_EXPIRED`. */
  system?: string;
  secondsWaited?: number;
  /** Seconds the server asked to wait (`Retry-After`). */
  retryAfter?: number;
  folderId?: string;
  analysisId?: string;
  collectionId?: string;
  personId?: string;
  /**
   * Set when an upload may have made a folder, media or a person that no answer named: each has it as `node_red_upload`
   * in its metadata, by which it is found.
   */
  uploadId?: string;
  /**
   * Set when something without such a mark may have been made (a container's folder, a collection, an image of a
   * person): when it was sent, epoch seconds. What was created from then on may be it.
   */
  sentAt?: number;
}

/** Control and format characters, the ends of lines and paragraphs, halves of characters. */
const NOT_SHOWN = /[\p{C}\p{Zl}\p{Zp}]+/gu;

export type ErrorParams = Readonly<Record<string, string | number>>;

/**
 * Every error that leaves the client. `key` and `params` name the sentence in the nodes' catalogues
 * (`errors.<key>` in nodes/oz-auth/locales), so the text a user reads is translated; `message` is its English form.
 */
export class OzError extends Error {
  override readonly name = 'OzError';
  override readonly cause: SafeDetails;

  constructor(
    readonly code: OzErrorCode,
    readonly key: string,
    message: string,
    readonly params: ErrorParams = {},
    details: SafeDetails = {},
  ) {
    super(message);
    this.cause = details;
  }

  /**
   * Makes one of a sentence with places. What fills them may come from outside, such as the name of a file: on one line and
   * without control characters it cannot pass for further lines of a log, nor command the terminal that shows it.
   */
  static of(
    code: OzErrorCode,
    key: string,
    sentence: string,
    params: ErrorParams,
    details: SafeDetails,
  ): OzError {
    const shown = Object.fromEntries(
      Object.entries(params).map(([name, value]) => [
        name,
        typeof value === 'string' ? value.replace(NOT_SHOWN, ' ') : value,
      ]),
    );
    return new OzError(code, key, fillPlaces(sentence, shown), shown, details);
  }

  /** The same error with more details. */
  with(details: SafeDetails): OzError {
    const { code, key, message, params, cause } = this;
    return new OzError(code, key, message, params, { ...cause, ...details });
  }
}
