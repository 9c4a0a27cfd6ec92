import type { Node, NodeAPI, NodeDef } from 'node-red';
import { ozError } from '../../client';
import { isRecord, ozOf, type OzMessage } from '../shared/message';
import { ozNode, type Work } from '../shared/node';
import type { TypedReader } from '../shared/options';
import { sendList } from '../shared/parts';
import type { Config } from '../shared/settings';
import { PROPERTIES } from './properties';

type AccountWork = Work<typeof PROPERTIES>;
type Action = (typeof PROPERTIES)['action']['choices'][number];

/** Passwords of new users, by the message that brought them. */
type Passwords = WeakMap<OzMessage, unknown>;

export = (RED: NodeAPI): void => {
  function OzAccount(this: Node, def: NodeDef): void {
    const config: Config = { ...def };
    const passwords: Passwords = new WeakMap();
    const does = actions(RED, passwords);
    ozNode(
      RED,
      this,
      def,
      PROPERTIES,
      (work) => does[work.options.action](work),
      (msg) => {
        takePassword(RED, config, msg, passwords);
        return false;
      },
    );
  }
  RED.nodes.registerType('oz-account', OzAccount);
};

/**
 * Takes the password out of the message before anything can go wrong, so that neither the output nor Catch, nor any debug
 * node behind them, shows it.
 */
function takePassword(RED: NodeAPI, config: Config, msg: OzMessage, passwords: Passwords): void {
  const { action, password = PROPERTIES.password.default, passwordType } = config;
  const type = passwordType || PROPERTIES.password.type;
  if (action !== 'createUser' || type !== 'msg' || typeof password !== 'string' || password === '') return;
  try {
    const value: unknown = RED.util.getMessageProperty(msg, password);
    if (value === undefined) return;
    passwords.set(msg, value);
    RED.util.setMessageProperty(msg, password, undefined);
    if (RED.util.getMessageProperty(msg, password) === undefined) return;
    // What holds it cannot be changed, as when a function node has frozen it.
    const [field = '', ...path] = RED.util.normalisePropertyExpression(password).map(String);
    msg[field] = without(msg[field], path);
  } catch {
    // The property is missing or not a valid path: the action itself says which field is missing.
  }
}

/** A copy of the objects on the way to a property, without the property. */
function without(value: unknown, [field = '', ...path]: readonly string[]): unknown {
  if (!isRecord(value)) return undefined;
  const { [field]: held, ...others } = value;
  return path.length === 0 ? others : { ...others, [field]: without(held, path) };
}

function actions(RED: NodeAPI, passwords: Passwords): Record<Action, (work: AccountWork) => Promise<void>> {
  const send = ({ job, options }: AccountWork, items: readonly object[]): void =>
    sendList(RED, job, items, options.split);
  return {
    async whoAmI(work) {
      sendUser(work, await asked(work).whoAmI(signalOf(work)));
    },
    async listUsers(work) {
      send(work, await asked(work).users(signalOf(work)));
    },
    async createUser(work) {
      const { options, job } = work;
      const password = passwords.get(job.msg) ?? (await options.password.text());
      if (typeof password !== 'string') throw ozError('userField', { field: 'password' });
      const companyId = await options.company.text();
      const user = {
        email: await needed(options.email, 'email'),
        password,
        firstName: await needed(options.firstName, 'firstName'),
        lastName: await needed(options.lastName, 'lastName'),
        role: options.role,
        ...(companyId === undefined ? {} : { companyId }),
      };
      sendUser(work, await asked(work).createUser(user, signalOf(work)));
    },
    async deactivateUser(work) {
      const id = await work.options.user.text();
      if (id === undefined) throw ozError('idMissing', { what: 'user' });
      sendUser(work, await asked(work).deactivateUser(id, signalOf(work)));
    },
    async listCompanies(work) {
      const search = await work.options.search.text();
      work.job.stage('asking');
      send(work, await work.client.collections.companies(search, signalOf(work)));
    },
    async createCompany(work) {
      const { job, options } = work;
      const name = (await options.companyName.text()) ?? '';
      const company = await asked(work).createCompany(name, signalOf(work));
      ozOf(job.msg).companyId = company.companyId;
      job.msg.payload = company;
      job.send(job.msg);
    },
    async deleteCompany(work) {
      const id = await work.options.company.text();
      if (id === undefined) throw ozError('idMissing', { what: 'company' });
      work.job.stage('deleting');
      await work.client.accounts.deleteCompany(id, signalOf(work));
      work.job.send(work.job.msg);
    },
  };
}

function sendUser({ job }: AccountWork, user: { userId: string }): void {
  ozOf(job.msg).userId = user.userId;
  job.msg.payload = user;
  job.send(job.msg);
}

async function needed(reader: TypedReader, field: string): Promise<string> {
  const text = await reader.text();
  if (text === undefined) throw ozError('userField', { field });
  return text;
}

const asked = ({ job, client }: AccountWork): AccountWork['client']['accounts'] => {
  job.stage('asking');
  return client.accounts;
};

const signalOf = ({ job }: AccountWork): { signal: AbortSignal } => ({ signal: job.signal });
