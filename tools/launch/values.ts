/** A value of unknown shape as an object whose fields can be read; an empty object if it is not one. */
export const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
