import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { Comms } from './comms';
import { nodeFor, type NodeRedMajor, nodeRedMajor, nodeRedModule, ROOT } from './versions';

/** A flow as users' exports hold it. */
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
const STOP_TIMEOUT_MS = 10_000;
const PALETTE = '@ozflow/node-red-oz';

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
    logging: { console: { level: 'info', metrics: false, audit: false } },
    ...options.settings,
  })};\n`;

async function link(userDir: string, name: string, target: string): Promise<void> {
  const place = join(userDir, 'node_modules', name);
  await mkdir(dirname(place), { recursive: true });
  await rm(place, { recursive: true, force: true });
  await symlink(target, place, 'junction');
}

/** A real Node-RED in a process of its own, driven by its admin API and its comms websocket. */
export class NodeRed {
  /** Everything it wrote, standard output and error, line by line. */
  readonly log: string[] = [];
  private readonly lines = new EventEmitter();
  private comms: Comms | undefined;
  private constructor(
    private readonly child: ChildProcess,
    readonly userDir: string,
    private readonly temporary: boolean,
    /** Base URL without trailing slash; set once it listens. */
    public url: string,
  ) {
    this.lines.setMaxListeners(0);
    for (const stream of [child.stdout, child.stderr]) {
      if (stream === null) continue;
      createInterface(stream).on('line', (line) => {
        this.log.push(line);
        this.lines.emit('line', line);
      });
    }
    child.once('exit', () => this.lines.emit('line', undefined));
  }

  /** Starts one and waits until it listens and its flows (if it has any) are up. Rejects with its log otherwise. */
  static async start(options: NodeRedOptions = {}): Promise<NodeRed> {
    const major = options.major ?? nodeRedMajor;
    const userDir = options.userDir ?? (await mkdtemp(join(tmpdir(), 'oz-node-red-')));
    await mkdir(userDir, { recursive: true });
    const settings = join(userDir, 'settings.js');
    await writeFile(settings, settingsFile(options));
    if (options.linkPalette ?? true) await link(userDir, PALETTE, ROOT);
    for (const name of options.palettes ?? []) await link(userDir, name, join(ROOT, 'node_modules', name));

    const child = spawn(
      nodeFor(major),
      [join(ROOT, 'node_modules', nodeRedModule(major), 'red.js'), '-u', userDir, '-s', settings],
      { cwd: userDir, env: { ...process.env, ...options.env }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    const nodeRed = new NodeRed(child, userDir, options.userDir === undefined, '');
    const endWithParent = (): void => void child.kill();
    process.once('exit', endWithParent);
    child.once('exit', () => process.removeListener('exit', endWithParent));
    try {
      const started = nodeRed.lineAfter(0, /\] Started flows|Waiting for missing types/, START_TIMEOUT_MS);
      const line = await nodeRed.lineAfter(0, /Server now running at (\S+)/, START_TIMEOUT_MS);
      nodeRed.url = (/running at (\S+)/.exec(line)?.[1] ?? '').replace(/\/$/, '');
      await started;
      return nodeRed;
    } catch (error) {
      await nodeRed.stop();
      throw error;
    }
  }

  /**
   * Resolves with the first line at or after position `from` of the log that matches; rejects, with the log's end,
   * when the process ends or the time is over first.
   */
  lineAfter(from: number, pattern: RegExp, timeoutMs = 20_000): Promise<string> {
    return new Promise((resolve, reject) => {
      const earlier = this.log.slice(from).find((line) => pattern.test(line));
      if (earlier !== undefined) return resolve(earlier);
      const fail = (why: string): void =>
        finish(() =>
          reject(new Error(`Node-RED: ${why}, waiting for ${pattern}\n${this.log.slice(-30).join('\n')}`)),
        );
      const onLine = (line: string | undefined): void => {
        if (line === undefined) fail('ended');
        else if (pattern.test(line)) finish(() => resolve(line));
      };
      const timer = setTimeout(() => fail(`${timeoutMs} ms are over`), timeoutMs);
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.lines.off('line', onLine);
        settle();
      };
      this.lines.on('line', onLine);
      if (this.child.exitCode !== null) fail('ended');
    });
  }

  /** Calls the admin API; rejects when the answer is not 2xx. */
  async admin(method: string, path: string, body?: unknown, headers: object = {}): Promise<unknown> {
    const answer = await fetch(this.url + path, {
      method,
      headers: { 'content-type': 'application/json', 'node-red-api-version': 'v2', ...headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`);
    return /json/.test(answer.headers.get('content-type') ?? '') ? JSON.parse(text) : text;
  }

  /** Deploys a whole set of flows and waits until they run. */
  async deploy(flows: FlowNode[], type: 'full' | 'flows' | 'nodes' = 'full'): Promise<void> {
    const from = this.log.length;
    await this.admin('POST', '/flows', { flows }, { 'node-red-deployment-type': type });
    const line = await this.lineAfter(from, /\] Started |Waiting for missing types/);
    if (/missing types/.test(line)) throw new Error(`Node-RED: ${this.log.slice(from).join('\n')}`);
  }

  /** Presses the button of an inject node. */
  async inject(nodeId: string): Promise<void> {
    await this.admin('POST', `/inject/${nodeId}`, {});
  }

  /** What the editor would hear: debug messages and statuses. Connected at the first call. */
  async events(): Promise<Comms> {
    this.comms ??= await Comms.connect(`${this.url.replace(/^http/, 'ws')}/comms`);
    return this.comms;
  }

  get running(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Process id, for measuring memory. */
  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Ends it, as a service manager would; removes the folder if it was a temporary one. */
  async stop(): Promise<void> {
    this.comms?.close();
    if (this.running) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGTERM');
      const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_TIMEOUT_MS);
      await ended;
      clearTimeout(timer);
    }
    if (this.temporary) await rm(this.userDir, { recursive: true, force: true });
  }
}
