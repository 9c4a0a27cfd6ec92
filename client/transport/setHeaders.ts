import type { ClientRequest, OutgoingHttpHeaders } from 'node:http';

/**
 * Sets the headers of a request that was made without any: Node.js writes the options of a request, but not its headers, into
 * the log that `NODE_DEBUG=http` asks for, and among the headers are the token and the sign-in of the proxy.
 */
export function setHeaders(request: ClientRequest, headers: OutgoingHttpHeaders): void {
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined) request.setHeader(name, value);
}
