import type { JsonValue } from './store/records';

/** The documented errors: `error_code`, HTTP status and message (docs/oz-api.md 1.8 and 4.7). */
export const API_ERRORS = {
  unknown: { code: 0, status: 500, message: 'Unknown server side error occurred' },
  notAllowed: { code: 1, status: 405, message: 'HTTP method not allowed on this endpoint' },
  notRealized: {
    code: 2,
    status: 501,
    message: 'Required method or service declared but not realized or temporary disabled on server',
  },
  invalidStructure: { code: 3, status: 400, message: 'Invalid body structure' },
  invalidValue: { code: 4, status: 400, message: 'Invalid param value' },
  invalidType: { code: 5, status: 400, message: 'Invalid param type' },
  authNotProvided: {
    code: 6,
    status: 401,
    message: 'User auth token is not provided. You must be logged for this request.',
  },
  authInvalid: {
    code: 7,
    status: 401,
    message: 'User auth token is not valid. You must be logged for this request.',
  },
  authExpired: {
    code: 8,
    status: 401,
    message: 'Provided user auth token has expired. Please renew it.',
  },
  authForbidden: { code: 9, status: 403, message: 'You have not access to this resource' },
  notExist: { code: 10, status: 404, message: 'Object not exist' },
  externalService: { code: 11, status: 502, message: 'Failed to communicate with external system' },
  alreadyExist: { code: 13, status: 400, message: 'Object already exist' },
  tooBig: { code: 14, status: 400, message: 'Request data too big' },
  credentialsInvalid: { code: 15, status: 401, message: 'Invalid auth credentials' },
  throttling: { code: 101, status: 429, message: 'Too many requests' },
} as const;

export type ApiErrorName = keyof typeof API_ERRORS;

/** Thrown anywhere below a route; becomes the documented error body. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: number;
  readonly status: number;

  /** `details` says what was wrong and where; `message` replaces the default text where another one is documented. */
  constructor(
    readonly reason: ApiErrorName,
    readonly details: JsonValue = null,
    message?: string,
  ) {
    super(message ?? API_ERRORS[reason].message);
    this.code = API_ERRORS[reason].code;
    this.status = API_ERRORS[reason].status;
  }
}

/** Whether the system refused something, such as to write to a full disk: nothing that the client could mend. */
export const isSystemError = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error && 'syscall' in error;

/** The error body; the documentation says `details`, the framework `error_details` (docs/oz-api.md 3.3): both. */
export function errorBody(error: ApiError): JsonValue {
  return {
    error_code: error.code,
    error_message: error.message,
    details: error.details,
    error_details: error.details,
  };
}

export function missingField(keyPath: string): ApiError {
  return new ApiError(
    'invalidStructure',
    { key_path: keyPath },
    `Could not locate field for key_path ${keyPath} from provided dict data`,
  );
}
