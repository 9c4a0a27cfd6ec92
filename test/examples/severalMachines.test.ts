import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect, type MqttClient } from 'mqtt';
import { startMqttBroker, type MqttBroker } from '../../tools/launch/mqttBroker';
import { NodeRed, type FlowNode } from '../../tools/launch/nodeRed';
import { startSandbox, type Sandbox } from '../../tools/launch/sandbox';
import { record } from '../../tools/launch/values';
import { askSandbox } from '../support/askSandbox';
import { exampleFor } from '../support/examples';

const UPLOADS = 'Scenarios/MQTT-uploads';
const RESULTS = 'Scenarios/MQTT-results';
const JOBS = 4;
const TIMEOUT_MS = 240_000;

/** Another program that makes jobs and stores verdicts. */
class Business {
  readonly #client: MqttClient;
  readonly #video: string;
  readonly #watchers = new Set<() => void>();
  /** What was published, in the order of its coming. */
  readonly #messages: { topic: string; body: Record<string, unknown> }[] = [];
  /** Topics of retained messages that were deleted. */
  readonly #deleted = new Set<string>();

  constructor(port: number, video: string) {
    this.#video = video;
    this.#client = connect(`mqtt://127.0.0.1:${port}`);
    this.#client.on('message', (topic, payload) => {
      if (payload.length === 0) this.#deleted.add(topic);
      else this.#messages.push({ topic, body: record(JSON.parse(payload.toString())) });
      for (const look of this.#watchers) look();
    });
  }

  async listen(): Promise<void> {
    await this.#client.subscribeAsync('oz/#', { qos: 1 });
  }

  async makeJobs(names: readonly string[]): Promise<void> {
    const body = JSON.stringify({ video: this.#video, madeAt: Date.now() });
    for (const name of names)
      await this.#client.publishAsync(`oz/jobs/${name}`, body, { qos: 1, retain: true });
  }

  /** What came of this kind about these jobs. */
  about(names: readonly string[], kind: 'ordered' | 'verdicts' | 'failures'): Record<string, unknown>[] {
    return this.#messages
      .filter(({ topic, body }) => topic.startsWith(`oz/${kind}/`) && names.includes(String(body['job'])))
      .map(({ body }) => body);
  }

  /** Resolves when `count` of these jobs, each counted once, have come. */
  ordered(names: readonly string[], count: number): Promise<void> {
    return this.#until(() => jobsIn(this.about(names, 'ordered')).size >= count);
  }

  verdicts(names: readonly string[], count: number): Promise<void> {
    return this.#until(() => jobsIn(this.about(names, 'verdicts')).size >= count);
  }

  /** Resolves when the broker holds none of these jobs as open any more. */
  closed(names: readonly string[]): Promise<void> {
    return this.#until(() => {
      const ordered = this.about(names, 'ordered').map(({ folderId }) => `oz/ordered/${String(folderId)}`);
      return [...names.map((name) => `oz/jobs/${name}`), ...ordered].every((topic) =>
        this.#deleted.has(topic),
      );
    });
  }

  async #until(reached: () => boolean): Promise<void> {
    if (reached()) return;
    await new Promise<void>((resolve, reject) => {
      const end = (settle: () => void): void => {
        clearTimeout(timer);
        this.#watchers.delete(look);
        settle();
      };
      const look = (): void => {
        if (reached()) end(resolve);
      };
      const fail = (): void => end(() => reject(new Error(`only ${JSON.stringify(this.#messages)}`)));
      const timer = setTimeout(fail, TIMEOUT_MS);
      this.#watchers.add(look);
    });
  }

  async end(): Promise<void> {
    await this.#client.endAsync(true);
  }
}

const jobsIn = (bodies: readonly Record<string, unknown>[]): Set<string> =>
  new Set(bodies.map(({ job }) => String(job)));

describe('the examples for several machines', function () {
  this.timeout(300_000);
  let sandbox: Sandbox;
  let broker: MqttBroker;
  let business: Business;
  let folder: string;
  const running = new Map<string, NodeRed>();

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'oz-machines-'));
    sandbox = await startSandbox();
    broker = await startMqttBroker();
    business = new Business(broker.port, `${sandbox.url}/samples/astronaut-combined.mp4`);
    await business.listen();
  });
  afterEach(async () => {
    for (const nodeRed of running.values()) await nodeRed.stop();
    running.clear();
  });
  after(async () => {
    await business.end();
    await broker.stop();
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  });

  /** As shipped, but for ports, and impatient enough for a test. */
  const flows = (names: readonly string[]): FlowNode[] => {
    const nodes = names
      .flatMap((name) => exampleFor(name, sandbox.url, ''))
      .map((node) => {
        if (node.type === 'mqtt-broker') return { ...node, port: String(broker.port) };
        if (node.type === 'tab')
          return { ...node, env: [{ name: 'OPEN_FOR_SECONDS', value: '20', type: 'num' }] };
        return node.type === 'inject' && node['repeat'] === '30' ? { ...node, repeat: '5' } : node;
      });
    return [...new Map(nodes.map((node) => [node.id, node])).values()];
  };

  /** Starts a machine, or starts it again with the flows that it has. */
  async function start(name: string, examples?: readonly string[]): Promise<NodeRed> {
    const nodeRed = await NodeRed.start({ userDir: join(folder, name) });
    running.set(name, nodeRed);
    if (examples !== undefined) await nodeRed.deploy(flows(examples));
    return nodeRed;
  }

  async function kill(name: string): Promise<void> {
    await running.get(name)?.kill();
    running.delete(name);
  }

  const jobsOf = (test: string): string[] => Array.from({ length: JOBS }, (_, at) => `${test}-${at}`);

  /** Every job came out, as did every folder that was made, and nothing is left open. */
  async function allOnce(names: readonly string[]): Promise<void> {
    await business.verdicts(names, names.length);
    await business.closed(names);
    assert.deepEqual(business.about(names, 'failures'), []);
    const verdicts = business.about(names, 'verdicts');
    assert.ok(verdicts.every(({ resolution }) => resolution === 'SUCCESS'));
    assert.deepEqual([...jobsIn(verdicts)].toSorted(), names.toSorted());
    const told = new Set(verdicts.map(({ folderId }) => String(folderId)));
    const made = await foldersOf(names);
    assert.deepEqual([...told].toSorted(), made.map((one) => String(one['folder_id'])).toSorted());
    assert.ok(made.every(({ analyses }) => Array.isArray(analyses) && analyses.length === 1));
  }

  /** The folders of these jobs on the server. */
  async function foldersOf(names: readonly string[]): Promise<Record<string, unknown>[]> {
    const { body } = await askSandbox(sandbox, '/api/folders/?limit=100&with_analyses=true');
    return (body['items'] as Record<string, unknown>[]).filter((one) => names.includes(jobOf(one)));
  }

  /** No job was uploaded twice. */
  async function oneFolderEach(names: readonly string[]): Promise<void> {
    assert.deepEqual((await foldersOf(names)).map(jobOf).toSorted(), names.toSorted());
  }

  it('one uploads and orders, another waits and shows each verdict once', async () => {
    const names = jobsOf('plain');
    await start('uploads', [UPLOADS]);
    const events = await (await start('results', [RESULTS])).events();
    const shown = (): string[] =>
      events.debug.filter(({ id }) => id === 'wait-shown').map(({ value }) => String(record(value)['job']));
    await business.makeJobs(names);
    await allOnce(names);
    await oneFolderEach(names);
    await events.debugMessage(() => shown().length >= names.length);
    assert.deepEqual(shown().toSorted(), names.toSorted());
  });

  it('the one that uploads is killed with jobs under way', async () => {
    const names = jobsOf('upload');
    await start('uploads');
    await start('results');
    await business.makeJobs(names);
    await business.ordered(names, 1);
    await kill('uploads');
    await start('uploads');
    await allOnce(names);
    await oneFolderEach(names);
  });

  it('the one that waits is killed with folders that it waits for', async () => {
    const names = jobsOf('wait');
    await start('uploads');
    await start('results');
    await business.makeJobs(names);
    await business.verdicts(names, 1);
    await kill('results');
    await start('results');
    await allOnce(names);
    await oneFolderEach(names);
  });

  it('one of two that do both is killed and stays away', async () => {
    const names = jobsOf('both');
    await start('one', [UPLOADS, RESULTS]);
    await start('other', [UPLOADS, RESULTS]);
    await business.makeJobs(names);
    await business.verdicts(names, 1);
    await kill('one');
    await allOnce(names);
  });
});

const jobOf = (folder: Record<string, unknown>): string => String(record(folder['meta_data'])['job']);
