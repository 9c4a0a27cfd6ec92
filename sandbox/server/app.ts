import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import Fastify from 'fastify';
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Context } from './context';
import { ApiError, errorBody } from './errors';
import { LiteError } from './lite/errors';
import { liteRoutes } from './lite/routes';
import { HtmlError, ResetError } from './failureInjection/failures';
import { isLocalName, isLoopback } from './options';
import { analysisRoutes } from './routes/analyses';
import { authorizeRoutes } from './routes/authorize';
import { collectionRoutes } from './routes/collections';
import { companyRoutes } from './routes/companies';
import { folderRoutes } from './routes/folders';
import { decisionRoutes } from './routes/decision';
import { instantRoutes } from './routes/instant';
import { listRoutes } from './routes/lists';
import { mediaRoutes } from './routes/media';
import { metadataRoutes } from './routes/metadata';
import { pageRoutes } from './routes/page';
import { personRoutes } from './routes/persons';
import { staticRoutes } from './routes/static';
import { thumbnailRoutes } from './routes/thumbnails';
import { userRoutes } from './routes/users';
import { versionRoutes } from './routes/version';
import type { ObservedStore } from './store/observedStore';
import { MAX_JSON_BYTES, MAX_REQUEST_BYTES } from './upload/limits';

/** As the framework spells it (docs/oz-api.md 1.1). */
const JSON_TYPE = 'application/json; charset=utf8';
const HTML_TYPE = 'text/html; charset=utf-8';
/** So that a client that sends a byte now and then does not hold a connection forever. */
const REQUEST_TIMEOUT_MS = 300_000;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const;

/** Puts the server together; it does not listen yet. The directory `mediaRoot` is served as `/static/`. */
export async function buildApp(
  context: Context,
  mediaRoot: string,
  store: ObservedStore,
): Promise<FastifyInstance> {
  const app = Fastify({
    bodyLimit: MAX_JSON_BYTES,
    exposeHeadRoutes: true,
    forceCloseConnections: true,
    // For receiving a request; an answer may take as long as it needs.
    requestTimeout: REQUEST_TIMEOUT_MS,
    // A redirect would lose the body of a POST (docs/oz-api.md 6.1).
    routerOptions: { ignoreTrailingSlash: true },
    frameworkErrors: (_error, _request, reply) => void sendHtml(reply, 404, 'Not Found'),
  });
  app.decorateRequest('cutAnswer', false);
  readBodies(app);
  refuseUnsafe(app, context);
  setHeaders(app);
  answerErrors(app, context);
  cutAnswers(app);

  const known = rememberRoutes(app);
  versionRoutes(app, context);
  authorizeRoutes(app, context);
  folderRoutes(app, context);
  listRoutes(app, context);
  mediaRoutes(app, context);
  analysisRoutes(app, context);
  metadataRoutes(app, context);
  collectionRoutes(app, context);
  personRoutes(app, context);
  companyRoutes(app, context);
  userRoutes(app, context);
  decisionRoutes(app, context);
  liteRoutes(app, context);
  instantRoutes(app, context);
  pageRoutes(app, context, store);
  thumbnailRoutes(app, context);
  await staticRoutes(app, mediaRoot, context);
  answerOtherMethods(app, known);
  return app;
}

/** Multipart and containers stay streams, everything else is read as text and parsed as JSON by the routes. */
function readBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const asStream = (
    _request: FastifyRequest,
    payload: IncomingMessage,
    done: (e: null, body: unknown) => void,
  ) => done(null, payload);
  app.addContentTypeParser('multipart/form-data', asStream);
  app.addContentTypeParser('application/octet-stream', asStream);
  app.addContentTypeParser(/^image\//, asStream);
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
}

/** Refuses requests that other web pages make, and too large ones, before their body is read. */
function refuseUnsafe(app: FastifyInstance, { options }: Context): void {
  app.addHook('onRequest', async (request) => {
    // Any web page can make its own host name point to this machine; the Host header gives it away.
    if (isLoopback(options.host) && !isLocalName(request.hostname)) throw new HtmlError(403, '403 Forbidden');
    if (!URL.canParse(`http://${request.host}`)) throw new HtmlError(400, '400 Bad Request');
    if (changes(request.method) && isForeignOrigin(request)) throw new HtmlError(403, '403 Forbidden');
    if (Number(request.headers['content-length'] ?? 0) > MAX_REQUEST_BYTES) {
      throw new HtmlError(413, '413 Request Entity Too Large');
    }
  });
}

function setHeaders(app: FastifyInstance): void {
  app.addHook('onRequest', async (request, reply) => {
    reply.header('X-Content-Type-Options', 'nosniff');
    if (isApi(request.url)) reply.type(JSON_TYPE);
  });
  app.addHook('onSend', async (_request, reply) => {
    if (reply.statusCode === 204) reply.removeHeader('Content-Type');
  });
}

/** The API and API Lite, as opposed to files and the page. */
function isApi(url: string): boolean {
  return url.startsWith('/api/') || url.startsWith('/v1/') || /^\/version\b/.test(url);
}

function changes(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

/** Browsers say which page a request comes from; one from elsewhere must not make the sandbox work for it. */
function isForeignOrigin(request: FastifyRequest): boolean {
  const { origin } = request.headers;
  if (origin === undefined) return false;
  if (!URL.canParse(origin)) return true;
  const { host, hostname } = new URL(origin);
  return host !== request.host && !isLocalName(hostname);
}

function answerErrors(app: FastifyInstance, { log }: Context): void {
  app.setNotFoundHandler((_request, reply) => sendHtml(reply, 404, 'Not Found'));
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    if (error instanceof ResetError) {
      reply.hijack();
      request.raw.socket.destroy();
      return;
    }
    if (error instanceof LiteError) {
      return reply.code(400).type(JSON_TYPE).send({ code: error.code, message: error.message });
    }
    if (error instanceof HtmlError) return sendHtml(reply, error.status, error.message);
    if (!isApi(request.url)) return sendHtml(reply, error.statusCode ?? 500, error.name);
    const known = asApiError(error);
    if (known.reason === 'unknown' && !(error instanceof ApiError)) {
      log(`${request.method} ${request.routeOptions.url ?? ''} failed: ${error.name} ${error.code ?? ''}`);
    }
    return reply.code(known.status).type(JSON_TYPE).send(errorBody(known));
  });
}

function asApiError(error: FastifyError | ApiError): ApiError {
  if (error instanceof ApiError) return error;
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new ApiError('tooBig', { max_size: MAX_JSON_BYTES });
  const status = error.statusCode ?? 500;
  return status >= 400 && status < 500
    ? new ApiError('invalidStructure', error.code)
    : new ApiError('unknown');
}

/** The injected failure `truncated`: the headers promise the whole answer, and half of it is sent. */
function cutAnswers(app: FastifyInstance): void {
  app.addHook('onSend', async (request, reply, payload) => {
    if (!request.cutAnswer || typeof payload !== 'string') return payload;
    reply.header('Content-Length', Buffer.byteLength(payload));
    reply.raw.once('finish', () => request.raw.socket.end());
    // As a stream, because the framework would correct the length of a text.
    return Readable.from([Buffer.from(payload.slice(0, payload.length / 2))]);
  });
}

function rememberRoutes(app: FastifyInstance): Map<string, Set<string>> {
  const known = new Map<string, Set<string>>();
  app.addHook('onRoute', ({ url, method }) => {
    const methods = known.get(url) ?? new Set();
    for (const name of [method].flat()) methods.add(name);
    known.set(url, methods);
  });
  return known;
}

/** A known path with another method is answered 405 with code 1, OPTIONS with what is allowed (docs/oz-api.md 1.1, 4.7). */
function answerOtherMethods(app: FastifyInstance, known: ReadonlyMap<string, ReadonlySet<string>>): void {
  const routes = Array.from(known, ([url, methods]) => ({ url, methods: new Set(methods) }));
  for (const { url, methods } of routes) {
    const allow = [...methods, 'OPTIONS'].join(', ');
    const others = METHODS.filter((name) => name !== 'OPTIONS' && !methods.has(name));
    const refuse = async (_request: FastifyRequest, reply: FastifyReply): Promise<void> => {
      reply.header('Allow', allow);
      throw new ApiError('notAllowed');
    };
    app.route({ method: others, url, onRequest: refuse, handler: refuse });
    app.options(url, async (_request, reply) =>
      reply.header('Allow', allow).removeHeader('content-type').send(),
    );
  }
}

function sendHtml(reply: FastifyReply, status: number, title: string): FastifyReply {
  return reply
    .code(status)
    .type(HTML_TYPE)
    .send(`<!doctype html><html><body><h1>${title}</h1></body></html>\n`);
}
