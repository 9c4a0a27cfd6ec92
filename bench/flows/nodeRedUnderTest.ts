import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FlowNode, NodeRed, type NodeRedOptions } from '../../tools/launch/nodeRed';
import type { RunAnswer, RunRequest } from './protocol';

const PROBE_HTML = `<script type="text/javascript">
for (const type of ['bench-source', 'bench-sink']) {
  RED.nodes.registerType(type, { category: 'bench', defaults: { channel: { value: '' } }, inputs: 1, outputs: 1 });
}
</script>
`;

/** A real Node-RED in its own process, with the palette and the two ends of the measured flows. */
export class NodeRedUnderTest {
  readonly #nodeRed: NodeRed;
  readonly #probeFolder: string;

  private constructor(nodeRed: NodeRed, probeFolder: string) {
    this.#nodeRed = nodeRed;
    this.#probeFolder = probeFolder;
  }

  static async start(options: Pick<NodeRedOptions, 'major' | 'env'> = {}): Promise<NodeRedUnderTest> {
    const probeFolder = await mkdtemp(join(tmpdir(), 'oz-bench-probe-'));
    await writeFile(
      join(probeFolder, 'probe.js'),
      `module.exports = require(${JSON.stringify(join(__dirname, 'probe.js'))});\n`,
    );
    await writeFile(join(probeFolder, 'probe.html'), PROBE_HTML);
    const nodeRed = await NodeRed.start({ ...options, settings: { nodesDir: [probeFolder] } });
    return new NodeRedUnderTest(nodeRed, probeFolder);
  }

  get url(): string {
    return this.#nodeRed.url;
  }

  get log(): string[] {
    return this.#nodeRed.log;
  }

  async deploy(flows: FlowNode[]): Promise<void> {
    await this.#nodeRed.deploy(flows);
  }

  /** Sends jobs through a deployed flow and returns when the last one is out. */
  async run(request: RunRequest): Promise<RunAnswer> {
    const answer = await this.#nodeRed.admin('POST', '/bench/run', request);
    if (!isAnswer(answer)) throw new Error('The probe did not answer.');
    return answer;
  }

  /**
   * Runs `work` and returns how far the process' resident memory rose above where it stood before, in bytes. The peak
   * is the kernel's own (`VmHWM`), so nothing between two samples is missed.
   */
  async memoryRise(work: () => Promise<unknown>): Promise<number> {
    const { idleBytes, peakBytes } = await this.memoryDuring(work);
    return peakBytes - idleBytes;
  }

  /** Resident memory before `work`, and its peak during it. */
  async memoryDuring(work: () => Promise<unknown>): Promise<{ idleBytes: number; peakBytes: number }> {
    const pid = this.#nodeRed.program.pid;
    if (!existsSync(`/proc/${pid}/clear_refs`)) throw new Error('Measuring memory needs Linux.');
    const idleBytes = await memoryField(pid, 'VmRSS');
    await writeFile(`/proc/${pid}/clear_refs`, '5');
    await work();
    return { idleBytes, peakBytes: await memoryField(pid, 'VmHWM') };
  }

  /** Bytes of heap and buffers in use after a garbage collection. */
  async heldBytes(): Promise<number> {
    const answer = await this.#nodeRed.admin('GET', '/bench/held');
    if (typeof answer !== 'object' || answer === null || !('heldBytes' in answer))
      throw new Error('The probe did not answer.');
    return Number(answer.heldBytes);
  }

  /** Resident memory in bytes and open file descriptors, sockets included, of the process now. */
  async resources(): Promise<{ residentBytes: number; descriptors: number }> {
    const { pid } = this.#nodeRed.program;
    const residentBytes = await memoryField(pid, 'VmRSS');
    return { residentBytes, descriptors: (await readdir(`/proc/${pid}/fd`)).length };
  }

  async stop(): Promise<void> {
    await this.#nodeRed.stop();
    await rm(this.#probeFolder, { recursive: true, force: true });
  }
}

async function memoryField(pid: number | undefined, name: string): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1]) * 1024;
}

function isAnswer(value: unknown): value is RunAnswer {
  return typeof value === 'object' && value !== null && 'records' in value;
}
