import type { NodeAPI } from 'node-red';
import { fillPlaces } from '../../client';

/** The catalogue that all nodes share: nodes/oz-auth/locales/<language>/oz-auth.json. */
const CATALOGUE = '@ozflow/node-red-oz/oz-auth:';

/**
 * A text of the shared catalogue in the runtime's language (`lang` of the settings file, else the environment's).
 * `english` is used, with its `__name__` places filled, where the catalogue is not loaded or lacks the key.
 */
export function translate(
  RED: NodeAPI,
  key: string,
  english: string,
  params: Readonly<Record<string, string | number>> = {},
): string {
  const text: unknown = RED._(CATALOGUE + key, { ...params });
  if (typeof text === 'string' && text !== '' && !text.endsWith(key)) return text;
  return fillPlaces(english, params);
}
