import type { NodeAPI } from 'node-red';
import { serveDialog } from './dialogClient';

/** The *Test connection* button of the dialog of oz-auth: `{ ok: true, way, api, signedIn }`. */
export function serveConnectionTest(RED: NodeAPI): void {
  serveDialog(RED, '/oz-auth/test', (client, signal) => client.testConnection({ signal }));
}

/** The blacklists to choose from in the dialogs that order analyses: `{ ok: true, collections: { id, name }[] }`. */
export function serveCollections(RED: NodeAPI): void {
  serveDialog(RED, '/oz-auth/collections', async (client, signal) => {
    const collections = await client.collections.list({ signal });
    return { collections: collections.map(({ collectionId, alias }) => ({ id: collectionId, name: alias })) };
  });
}
