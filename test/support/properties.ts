import { readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Declaration, Declarations } from '../../nodes/shared/properties/declaration';
import { ROOT } from '../../tools/launch/versions';

const load = createRequire(__filename);

/** Names of all nodes, oz-auth among them. */
export const NODE_TYPES = readdirSync(join(ROOT, 'nodes')).filter((name) => name.startsWith('oz-'));

/** What a node declares: nodes/<node>/properties.ts. */
export function propertiesOf(type: string): Declarations {
  const module = load(join(ROOT, 'dist/nodes', type, 'properties.js')) as { PROPERTIES: Declarations };
  return module.PROPERTIES;
}

/** Names under which a flow saves a property; none for a credential. */
function savedNames(name: string, { kind }: Declaration): string[] {
  if (kind === 'credential') return [];
  return kind === 'typed' ? [name, `${name}Type`] : [name];
}

/** Everything that a flow may save for a node of this type. */
export const savedNamesOf = (type: string): string[] =>
  Object.entries(propertiesOf(type)).flatMap(([name, entry]) => savedNames(name, entry));
