/** A value of unknown shape as an object whose fields can be looked at; an empty one when it is none. */
export const record = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null ? { ...value } : {};
