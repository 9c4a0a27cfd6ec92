import { OzError, type SafeDetails } from './ozError';
import { ozError, type ErrorKey } from './errorMessages';

/** The system code when a proxy does not open a tunnel: `PROXY_HTTP_407` for its status 407. */
export const PROXY_REFUSED = 'PROXY_HTTP_';

const UNTRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_UNTRUSTED',
  'CERT_REVOKED',
]);

const KEYS: Readonly<Record<string, ErrorKey>> = {
  ENOTFOUND: 'hostUnknown',
  EAI_AGAIN: 'hostUnknown',
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ECONNABORTED: 'reset',
  CERT_HAS_EXPIRED: 'tlsExpired',
  CERT_NOT_YET_VALID: 'tlsExpired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tlsHostname',
};

/** What the parser says about something that does not speak HTTP. Everything else is an answer, though a damaged one. */
const NOT_HTTP = new Set(['HPE_INVALID_CONSTANT', 'HPE_INVALID_VERSION']);

/** The code of an operating system, TLS or HTTP library error; looks into causes and groups of errors. */
export function systemCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if (error instanceof AggregateError) {
    for (const inner of error.errors) {
      const code = systemCode(inner);
      if (code !== undefined) return code;
    }
  }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  if (code !== undefined && /^[A-Z][A-Z0-9_]{2,60}$/.test(code)) return code;
  return 'cause' in error ? systemCode(error.cause) : undefined;
}

function keyOf(system: string, answered: boolean): ErrorKey {
  if (UNTRUSTED.has(system)) return 'tlsUntrusted';
  const key = KEYS[system];
  if (key === 'reset' && answered) return 'brokenJson';
  if (key !== undefined) return key;
  if (system === `${PROXY_REFUSED}407`) return 'proxySignIn';
  if (system.startsWith(PROXY_REFUSED)) return 'proxyRefused';
  if (system.startsWith('HPE_')) return answered || !NOT_HTTP.has(system) ? 'brokenJson' : 'notOz';
  if (system.startsWith('ERR_SSL') || system.startsWith('ERR_TLS') || system.startsWith('ERR_OSSL'))
    return 'tlsFailed';
  if (system === 'EPROTO' || system.startsWith('CERT_')) return 'tlsFailed';
  if (
    system === 'ERR_INVALID_CHAR' ||
    system.startsWith('ERR_INVALID_') ||
    system.startsWith('ERR_BAD_OPTION')
  ) {
    return 'networkUnsupported';
  }
  // Such as one of the decompressors, which each have codes of their own.
  return answered || system === 'ERR_BAD_RESPONSE' ? 'brokenJson' : 'unreachable';
}

/**
 * The error of a request that got no complete answer. Only the code of the library's error is kept: its other fields
 * hold the request with its token and body.
 */
export function errorFromNetwork(
  error: unknown,
  host: string,
  answered: boolean,
  details: SafeDetails,
): OzError {
  if (error instanceof OzError) return error;
  const system = systemCode(error) ?? 'unknown';
  return ozError(keyOf(system, answered), { host, system }, { ...details, system });
}
