/** One HTTP answer, whole. */
export interface HttpAnswer {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: Buffer;
}

/**
 * Whether the same request may succeed later: 5xx, including those of gateways and content networks; and 408, 421 and 425,
 * by which a server says that a request did not arrive whole, or came on a connection that it does not want it on (RFC 9110,
 * 15.5.9 and 15.5.20; RFC 8470, 5.2).
 */
export const isFailure = (status: number): boolean => status >= 500 || [408, 421, 425].includes(status);

/** Whether a web page came instead of JSON: something in front of the API has answered. */
export const isPage = ({ headers }: HttpAnswer): boolean =>
  /^text\/html/i.test(headers['content-type'] ?? '');
