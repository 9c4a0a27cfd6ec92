import type { FastifyInstance } from 'fastify';
import type { Context } from '../context';
import { HtmlError } from '../failureInjection/failures';
import { isLocalName, isLoopback } from '../options';
import { overviewPage } from '../page/page';
import { CONTENT_SECURITY_POLICY } from '../page/style';

/** The page at `/`, for this machine only: it shows faces and needs no sign-in. */
export function pageRoutes(
  app: FastifyInstance,
  { workspace, options }: Pick<Context, 'workspace' | 'options'>,
): void {
  app.get('/', async (request, reply) => {
    // The name as well: any web page can make a name of its own point to this machine.
    const here = isLoopback(request.ip.replace(/^::ffff:/, '')) && isLocalName(request.hostname);
    if (!here) {
      throw new HtmlError(403, '403 Forbidden: this page is for the machine the sandbox runs on');
    }
    return reply
      .type('text/html; charset=utf-8')
      .header('Content-Security-Policy', CONTENT_SECURITY_POLICY)
      .header('Referrer-Policy', 'no-referrer')
      .header('Cache-Control', 'no-store')
      .send(overviewPage(workspace, options.profile));
  });
}
