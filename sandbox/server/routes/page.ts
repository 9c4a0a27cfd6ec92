import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Context } from '../context';
import { HtmlError } from '../failureInjection/failures';
import { isLocalName, isLoopback } from '../options';
import { overviewPage } from '../page/page';
import { CONTENT_SECURITY_POLICY } from '../page/style';
import type { ObservedStore } from '../store/observedStore';
import { decide } from './decision';

/** Changes come in bursts: the page is notified once per burst. */
const BURST_MS = 100;

/** The page at `/`, for this machine only: it shows faces and needs no sign-in. */
export function pageRoutes(app: FastifyInstance, context: Context, store: ObservedStore): void {
  app.get('/', async (request, reply) => {
    requireThisMachine(request);
    return (
      reply
        .type('text/html; charset=utf-8')
        .header('Content-Security-Policy', CONTENT_SECURITY_POLICY)
        // Without a referrer policy a browser would not say where the buttons' requests come from.
        .header('Referrer-Policy', 'same-origin')
        .header('Cache-Control', 'no-store')
        .send(overviewPage(context.workspace, context.options))
    );
  });

  app.get('/events', async (request, reply) => {
    requireThisMachine(request);
    reply.hijack();
    const stream = reply.raw;
    stream.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
    // The browser counts as connected from here on; what changed before it asked is reported at once.
    stream.write('retry: 1000\ndata: connected\n\n');
    let burst: NodeJS.Timeout | undefined;
    const stop = store.onChange(() => {
      burst ??= setTimeout(() => {
        burst = undefined;
        stream.write('data: changed\n\n');
      }, BURST_MS);
    });
    stream.once('close', () => {
      stop();
      clearTimeout(burst);
    });
  });

  // The buttons of the page; as on the vendor's page, a person decides where an analysis asks for one.
  app.post('/decision', async (request, reply) => {
    requireThisMachine(request);
    const form = new URLSearchParams(typeof request.body === 'string' ? request.body : '');
    const analysis = context.workspace.store.get('analyses', form.get('analysis_id') ?? '');
    if (analysis === undefined) throw new HtmlError(404, '404 Not Found');
    // Somebody else may have decided since the page was made.
    if (analysis.resolution === 'OPERATOR_REQUIRED') {
      decide(analysis, form.get('resolution_operator') ?? '', null, context);
    }
    return reply.code(303).header('Location', '/').send();
  });
}

function requireThisMachine(request: FastifyRequest): void {
  // The host name as well: any web page can make a name of its own point to this machine.
  const here = isLoopback(request.ip.replace(/^::ffff:/, '')) && isLocalName(request.hostname);
  if (!here) throw new HtmlError(403, '403 Forbidden: this page is for the machine the sandbox runs on');
}
