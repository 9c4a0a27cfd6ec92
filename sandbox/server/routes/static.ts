import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
import type { Context } from '../context';
import { controlsOf } from '../failureInjection/controls';
import { SLOW_MS } from '../failureInjection/failures';
import { injectFailureFor } from './call';

/** The sample clips beside the built program. */
const SAMPLES = join(__dirname, '../../../samples');

/**
 * The files of media and best shots, for everybody who knows their name (docs/oz-api.md 2.5), and the clips that the example
 * flows start from, which are no part of the API.
 */
export async function staticRoutes(app: FastifyInstance, mediaRoot: string, context: Context): Promise<void> {
  const { store } = context.workspace;

  app.addHook('preHandler', async (request, reply) => {
    const [, folderId = '', file] = /^\/static\/([^/]+)\/([^/?]+)/.exec(request.url) ?? [];
    const folder = store.get('folders', folderId);
    if (folder === undefined) return;
    await injectFailureFor(folder, 'download', request, reply, context);
    const media = context.workspace.mediaOf(folder);
    const source = media.find(({ mediaId }) => store.get('reports', mediaId)?.bestShot?.file === file);
    if (source === undefined) return;
    const { bestShot } = controlsOf(folder.metaData, [source.originalName]);
    if (bestShot === 'slow') await sleep(SLOW_MS, undefined, { ref: false });
  });

  const directories = { '/static/': mediaRoot, '/samples/': SAMPLES };
  for (const [prefix, root] of Object.entries(directories)) {
    await app.register(fastifyStatic, {
      root,
      prefix,
      decorateReply: false,
      index: false,
      redirect: false,
      cacheControl: false,
      setHeaders: (response) => {
        response.setHeader('Cache-Control', 'private, no-store');
      },
    });
  }
}
