import { readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Comms } from './comms';
import { Program } from './program';
import { expectProgram } from './programs';
import { record } from './values';
import { type NodeRedMajor, nodeRedMajor, nodeRedModule, ROOT } from './versions';

/** One entry of a flow file. */
export type FlowNode = { id: string; type: string; [property: string]: unknown };

export interface NodeRedOptions {
  /** Without it: the one this test run is about. */
  major?: NodeRedMajor;
  /** 0, the default: any free port. */
  port?: number;
  /** Without it: a temporary folder, removed by `stop()`. */
  userDir?: string;
  /** Install this repository's palette by a link, as `npm install <folder>` does. Default true. */
  linkPalette?: boolean;
  /** Further palettes to link, by package name, from this repository's node_modules. */
  palettes?: string[];
  env?: Record<string, string>;
  /** Laid over the settings file's values; must be plain JSON. */
  settings?: Record<string, unknown>;
}

const START_TIMEOUT_MS = 60_000;
/** The address that it writes when it listens, in any language. */
const LISTENING = /\[info\] [^[]*?(https?:\/\/[^\s/]+:\d+\/[\w/-]*)/;
const PALETTE = '@ozflow/node-red-oz';

/** What one of the examples needs besides our own nodes. */
export const DASHBOARD = '@flowfuse/node-red-dashboard';

/** Palettes that are in this repository's node_modules for a single test; Node-RED would load them every time. */
const OTHER_PALETTES = [DASHBOARD];

/** Settings of every Node-RED started here: no first-run questions, no telemetry, a fixed secret. */
const settingsFile = (options: NodeRedOptions): string =>
  `module.exports = ${JSON.stringify({
    uiPort: options.port ?? 0,
    uiHost: '127.0.0.1',
    flowFile: 'flows.json',
    credentialSecret: 'only for tests and development',
    lang: 'en-US',
    telemetry: { enabled: false, updateNotification: false },
    editorTheme: { tours: false },
    diagnostics: { enabled: false },
    externalModules: {
      palette: {
        allowList: ['*'],
        denyList: OTHER_PALETTES.filter((name) => !options.palettes?.includes(name)),
      },
    },
    logging: { console: { level: 'info', metrics: false, audit: false } },
    ...options.settings,
  })};\n`;

/** What it writes when its flows are up, or cannot be because types are missing: by its own texts in its language. */
interface FlowTexts {
  up: RegExp;
  missing: string;
}

function flowTexts(red: string, language: string): FlowTexts {
  const runtime = dirname(createRequire(red).resolve('@node-red/runtime/package.json'));
  const file = join(runtime, 'locales', language, 'runtime.json');
  const { flows } = record(record(JSON.parse(readFileSync(file, 'utf8')))['nodes']);
  const texts = record(flows);
  const missing = String(texts['missing-types']);
  const started = ['started-flows', 'started-modified-flows', 'started-modified-nodes'];
  const all = [...started.map((key) => String(texts[key])), missing].map((text) =>
    text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'),
  );
  return { up: new RegExp(`\\] (${all.join('|')})`), missing };
}

async function link(userDir: string, name: string, target: string): Promise<void> {
  const place = join(userDir, 'node_modules', name);
  await mkdir(dirname(place), { recursive: true });
  await rm(place, { recursive: true, force: true });
  await symlink(target, place, 'junction');
}

/** A real Node-RED in its own process, driven by its admin API and its comms websocket. */
export class NodeRed {
  #comms: Comms | undefined;
  /** Of the user who has signed in. */
  #token: string | undefined;

  readonly #temporary: boolean;
  readonly #flowTexts: FlowTexts;

  private constructor(
    readonly program: Program,
    readonly userDir: string,
    temporary: boolean,
    flowTexts: FlowTexts,
    /** Base URL without trailing slash; empty until it listens. */
    public url: string,
  ) {
    this.#temporary = temporary;
    this.#flowTexts = flowTexts;
  }

  /** Starts one and waits until it listens and its flows are up. Rejects, with its log, when that fails. */
  static async start(options: NodeRedOptions = {}): Promise<NodeRed> {
    const major = options.major ?? nodeRedMajor;
    const userDir = options.userDir ?? (await mkdtemp(join(tmpdir(), 'oz-node-red-')));
    await mkdir(userDir, { recursive: true });
    const settings = join(userDir, 'settings.js');
    await writeFile(settings, settingsFile(options));
    if (options.linkPalette ?? true) await link(userDir, PALETTE, ROOT);
    for (const name of options.palettes ?? []) await link(userDir, name, join(ROOT, 'node_modules', name));

    const red = join(ROOT, 'node_modules', nodeRedModule(major), 'red.js');
    const node = major === 4 ? process.execPath : expectProgram('node').path;
    const program = new Program('Node-RED', node, [red, '-u', userDir, '-s', settings], {
      cwd: userDir,
      ...(options.env ? { env: options.env } : {}),
    });
    const language = options.settings?.['lang'];
    const texts = flowTexts(red, typeof language === 'string' ? language : 'en-US');
    const nodeRed = new NodeRed(program, userDir, options.userDir === undefined, texts, '');
    try {
      const line = await program.lineAfter(0, LISTENING, START_TIMEOUT_MS);
      nodeRed.url = (LISTENING.exec(line)?.[1] ?? '').replace(/\/$/, '');
      await nodeRed.#flowsUp(0);
      return nodeRed;
    } catch (error) {
      await nodeRed.stop();
      throw error;
    }
  }

  /** Everything it wrote, line by line. */
  get log(): string[] {
    return this.program.log;
  }

  /** Calls the admin API; rejects when the answer is not 2xx. */
  async admin(method: string, path: string, body?: unknown, headers: object = {}): Promise<unknown> {
    const answer = await fetch(this.url + path, {
      method,
      headers: {
        'content-type': 'application/json',
        'node-red-api-version': 'v2',
        ...(this.#token === undefined ? {} : { authorization: `Bearer ${this.#token}` }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    return /json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
  }

  /** Signs in where `adminAuth` is set; what is asked of the admin API from now on is asked by this user. */
  async signIn(username: string, password: string): Promise<void> {
    const asked = { client_id: 'node-red-admin', grant_type: 'password', scope: '*', username, password };
    const { access_token: token } = record(await this.admin('POST', '/auth/token', asked));
    this.#token = String(token);
  }

  /** Deploys a whole set of flows and waits until they run. */
  async deploy(flows: FlowNode[], type: 'full' | 'flows' | 'nodes' = 'full'): Promise<void> {
    await this.restarted(async () => {
      await this.admin('POST', '/flows', { flows }, { 'node-red-deployment-type': type });
    });
  }

  /** Does what restarts the flows, as a deploy does, and waits until they run. */
  async restarted(deploy: () => Promise<void>): Promise<void> {
    const from = this.log.length;
    await deploy();
    await this.#flowsUp(from);
  }

  /** Presses the button of an inject node. */
  async inject(nodeId: string): Promise<void> {
    await this.admin('POST', `/inject/${nodeId}`, {});
  }

  /** What the editor would hear: debug messages and statuses. Connected at the first call. */
  async events(): Promise<Comms> {
    this.#comms ??= await Comms.connect(`${this.url.replace(/^http/, 'ws')}/comms`, this.#token);
    return this.#comms;
  }

  /** Ends it as a crash would; its folder stays. */
  async kill(): Promise<void> {
    this.#comms?.close();
    await this.program.kill();
  }

  /** Ends it; removes the folder if it was a temporary one. */
  async stop(): Promise<void> {
    this.#comms?.close();
    await this.program.stop();
    if (this.#temporary) await rm(this.userDir, { recursive: true, force: true });
  }

  async #flowsUp(from: number): Promise<void> {
    const line = await this.program.lineAfter(from, this.#flowTexts.up);
    if (line.includes(this.#flowTexts.missing))
      throw new Error(`Node-RED: ${this.log.slice(from).join('\n')}`);
  }
}
