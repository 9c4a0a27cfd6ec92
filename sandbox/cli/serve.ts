import { once } from 'node:events';
import { parseArgs } from 'node:util';
import { missingDecoder } from '../engine';
import { TEST_ACCOUNT, startSandbox } from '../server';
import type { Sandbox, SandboxOptions } from '../server';
import { ROLES } from '../server/auth/accounts';
import type { AccountOptions } from '../server/auth/accounts';
import {
  DEFAULT_HOST,
  DEFAULT_PORT,
  DEFAULT_PROFILE,
  DEFAULT_ROLE,
  DEFAULT_TOKEN_TTL_SECONDS,
  OptionsError,
  isLoopback,
} from '../server/options';
import { PROFILES } from '../server/profiles';
import { GESTURES } from '../server/wire/tags';
import { workersOfThisMachine } from '../server/workers';

const DEVELOPMENT_ONLY = 'For development only: the verdicts of this sandbox are never for real decisions.';

const HELP = `Usage: oz-sandbox [options]
       oz-sandbox best-shot FILE [options]

  --port N           port to listen on, by default ${DEFAULT_PORT}; 0: any free port
  --host ADDRESS     address to listen on, by default ${DEFAULT_HOST}; any but a loopback address can be reached by other
                     machines and needs an account of your own, see below
  --data DIR         keep the state in this directory, so that it survives a restart; by default in memory only
  --profile NAME     which generation of the API: ${PROFILES.join(', ')}; by default ${DEFAULT_PROFILE}
  --token-ttl N      lifetime of a token in seconds, by default ${DEFAULT_TOKEN_TTL_SECONDS}; each use restarts it
  --role NAME        role of the account: ${ROLES.join(', ')};
                     by default ${DEFAULT_ROLE}
  --account R:E:P    another account: role, e-mail, password; can be repeated. Programs on this machine can read it
                     from the process list
  --best-shot-gestures NAMES
                     best shots only for videos of these gestures, separated by commas:
                     ${GESTURES.join(', ')}
  --workers N        media files processed at once, by default as many as this machine bears: ${workersOfThisMachine()}
  --decoder NAME     auto, ffmpeg or node-av; by default auto
  --help             show this

Environment variables:
  OZ_SANDBOX_EMAIL, OZ_SANDBOX_PASSWORD
                     your own account, instead of the test account
  OZ_SANDBOX_ACCOUNTS
                     more accounts, one per line: role, e-mail and password, separated by colons

${DEVELOPMENT_ONLY}
`;

class UsageError extends Error {}

/** `oz-sandbox` without a command: runs the server until it is told to end. Returns the exit code. */
export async function serveCommand(args: string[]): Promise<number> {
  let options: SandboxOptions | undefined;
  try {
    options = parse(args);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    process.stderr.write(`${error.message}\n\n${HELP}`);
    return 2;
  }
  if (options === undefined) {
    process.stdout.write(HELP);
    return 0;
  }
  process.stdout.write(`${DEVELOPMENT_ONLY}\n`);
  if (options.host !== undefined && !isLoopback(options.host)) {
    process.stderr.write(
      `Warning: other machines can reach the sandbox on ${options.host}, without encryption.\n`,
    );
  }
  return run(options);
}

async function run(options: SandboxOptions): Promise<number> {
  const ended = Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  let sandbox: Sandbox;
  try {
    sandbox = await startSandbox(options);
  } catch (error) {
    process.stderr.write(`${whyNotStarted(error, options)}\n`);
    return error instanceof OptionsError ? 2 : 1;
  }
  process.stdout.write(`Oz sandbox: ${sandbox.url}\n`);
  process.stdout.write(
    options.account === undefined
      ? `Test account: ${TEST_ACCOUNT.email}, password ${TEST_ACCOUNT.password}\n`
      : `Account: ${options.account.email}\n`,
  );
  const missing = await whyNoVideo(options.engine);
  if (missing !== undefined) process.stderr.write(`Videos cannot be analyzed. ${missing}\n`);
  await ended;
  await sandbox.close();
  return 0;
}

async function whyNoVideo(engine: SandboxOptions['engine']): Promise<string | undefined> {
  // An engine that is given as one knows by itself.
  const wanted = (engine !== undefined && 'decoder' in engine ? engine.decoder : undefined) ?? 'auto';
  try {
    return (await missingDecoder(wanted, process.env))?.message;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function whyNotStarted(error: unknown, options: SandboxOptions): string {
  const { port = DEFAULT_PORT, host = DEFAULT_HOST } = options;
  if (error instanceof OptionsError) return error.message;
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is in use. Choose another with --port (0: any free one).`;
    case 'EACCES':
      return `Not allowed to use port ${port} or the directory of --data.`;
    case 'EEXIST':
    case 'ENOTDIR':
      return `${options.data} is not a directory. Choose another with --data.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `This machine has no address ${host}. Choose another with --host.`;
    default:
      if (typeof code === 'string' && ['ENOENT', 'EPERM', 'EROFS', 'ENOSPC'].includes(code) && options.data)
        return `The directory ${options.data} cannot be made or written to (${code}). Choose another with --data.`;
      return `The sandbox could not start: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** The options; undefined when help is wanted. Throws UsageError. */
function parse(args: string[]): SandboxOptions | undefined {
  const { values } = parsed(args);
  if (values.help === true) return undefined;
  return {
    port: wholeNumber('port', values.port, 0, 65_535) ?? DEFAULT_PORT,
    ...(values.host === undefined ? {} : { host: values.host }),
    ...(values.data === undefined ? {} : { data: values.data }),
    profile: oneOf('--profile', PROFILES, values.profile ?? DEFAULT_PROFILE),
    tokenTtlSeconds: wholeNumber('token-ttl', values['token-ttl'], 1, 1e9) ?? DEFAULT_TOKEN_TTL_SECONDS,
    role: oneOf('--role', ROLES, values.role ?? DEFAULT_ROLE),
    ...ownAccount(process.env),
    accounts: [
      ...(values.account ?? []).map((text) => account('--account', text)),
      ...lines(process.env['OZ_SANDBOX_ACCOUNTS']).map((text) => account('OZ_SANDBOX_ACCOUNTS', text)),
    ],
    ...(values['best-shot-gestures'] === undefined
      ? {}
      : { bestShotGestures: values['best-shot-gestures'].split(',').map((name) => name.trim()) }),
    engine: {
      workers: wholeNumber('workers', values.workers, 1, 64) ?? workersOfThisMachine(),
      decoder: oneOf('--decoder', ['auto', 'ffmpeg', 'node-av'], values.decoder ?? 'auto'),
    },
  };
}

function parsed(args: string[]) {
  try {
    return parseArgs({
      args,
      options: {
        port: { type: 'string' },
        host: { type: 'string' },
        data: { type: 'string' },
        profile: { type: 'string' },
        'token-ttl': { type: 'string' },
        role: { type: 'string' },
        account: { type: 'string', multiple: true },
        'best-shot-gestures': { type: 'string' },
        workers: { type: 'string' },
        decoder: { type: 'string' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function wholeNumber(name: string, text: string | undefined, low: number, high: number): number | undefined {
  if (text === undefined) return undefined;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= low && value <= high) return value;
  throw new UsageError(`--${name} ${text}: a whole number from ${low} to ${high} is expected`);
}

function oneOf<T extends string>(name: string, allowed: readonly T[], value: string): T {
  const found = allowed.find((item) => item === value);
  if (found === undefined) throw new UsageError(`${name} ${value}: expected ${allowed.join(', ')}`);
  return found;
}

/** The account of the environment, which no process list shows. */
function ownAccount(environment: NodeJS.ProcessEnv): Pick<SandboxOptions, 'account'> {
  const { OZ_SANDBOX_EMAIL: email = '', OZ_SANDBOX_PASSWORD: password = '' } = environment;
  if (email === '' && password === '') return {};
  if (email !== '' && password !== '') return { account: { email, password } };
  throw new UsageError('OZ_SANDBOX_EMAIL and OZ_SANDBOX_PASSWORD belong together: one of them is empty');
}

function lines(text = ''): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** `role:e-mail:password`; the password may hold colons. The message must not repeat the password. */
function account(where: string, text: string): AccountOptions {
  const [role = '', email = '', ...rest] = text.split(':');
  const password = rest.join(':');
  if (email === '' || password === '') {
    throw new UsageError(`${where}: role, e-mail and password are expected, separated by colons`);
  }
  return { role: oneOf(where, ROLES, role), email, password };
}
