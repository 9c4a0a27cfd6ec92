import type { FastifyInstance } from 'fastify';
import type { Context } from '../context';

/** Health and version, without a token (docs/oz-api.md 1.1, 5.7); the body is not documented. */
export function versionRoutes(app: FastifyInstance, { options }: Context): void {
  app.get('/api/version', async () => ({ core: `oz-sandbox ${options.profile}`, development_only: true }));
}
