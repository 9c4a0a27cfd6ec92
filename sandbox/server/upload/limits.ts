/** Limits of an installation as it is delivered (docs/oz-api.md 4.8). */
export const MAX_FILES = 10;
export const MAX_FILE_BYTES = 10 * 1024 * 1024;
export const MAX_JSON_BYTES = 1024 * 1024;

/** The web server in front of the API refuses larger requests, in HTML. */
export const MAX_REQUEST_BYTES = MAX_FILES * MAX_FILE_BYTES + 2 * MAX_JSON_BYTES;
