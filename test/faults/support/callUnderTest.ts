import type { Answer, OzServer, OzServerOptions } from '../../support/ozServer';
import type { Call } from '../../support/ozCall';

/**
 * How a call behaves when something goes wrong, which hangs on what it does: `sign-in`; `read`, `metadata` (any JSON
 * object can be metadata) and `remove` may be repeated; `settled` makes something that can be looked for; `sealed` makes
 * something of which only its absence can be told; `create` makes something that cannot be looked for; `wait` asks until
 * its time is over; `image` fetches a best shot; `renewal` is replaced by a sign-in when it fails.
 */
export const KINDS = [
  'sign-in',
  'read',
  'metadata',
  'remove',
  'settled',
  'create',
  'wait',
  'image',
  'sealed',
  'renewal',
] as const;
export type Kind = (typeof KINDS)[number];

/** One call of one node. */
export interface CallUnderTest {
  name: string;
  kind: Kind;
  /** Type and properties of the node that makes it. */
  node: { type: string } & Record<string, unknown>;
  /** The client's call that this is, such as `folders.create`. */
  client: string;
  /** The request that the fault strikes. */
  request: RegExp;
  options?: OzServerOptions;
  /** Properties of its server node. */
  server?: Readonly<Record<string, unknown>>;
  /** Instead of what the server of the tests knows by itself. */
  truth?: Answer;
  /** What else the server is asked, and knows only here. `made` is the struck request once it did what it was asked. */
  also?: { request: RegExp; answer: (made: Call | undefined) => Answer };
  /** What the server is told before the message is sent. */
  prepare?: (server: OzServer, seeded: Seed) => void;
  payload?: () => unknown;
  /** Where it differs from its kind: `<fault>, once` or `<fault>, always`. */
  except?: Readonly<Record<string, string>>;
}

export interface Seed {
  folderId: string;
  analysisId: string;
}

export const json = (body: unknown, status = 200): Answer => ({ status, json: body });
