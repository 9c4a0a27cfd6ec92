import { exampleFor } from './examples';
import { type FlowNode, NodeRed, type NodeRedOptions } from '../../tools/launch/nodeRed';
import { type Sandbox, startSandbox } from '../../tools/launch/sandbox';
import { record } from '../../tools/launch/values';

/** A Node-RED and a sandbox for the examples of a test file; both start before its tests and end after them. */
export class ExampleRig {
  #parts: { nodeRed: NodeRed; sandbox: Sandbox } | undefined;

  /** Call inside `describe`. */
  static use(options: NodeRedOptions = {}): ExampleRig {
    const rig = new ExampleRig();
    before(async function () {
      this.timeout(300_000);
      const sandbox = await startSandbox();
      try {
        rig.#parts = { sandbox, nodeRed: await NodeRed.start(options) };
      } catch (error) {
        await sandbox.stop();
        throw error;
      }
    });
    after(async () => {
      await rig.#parts?.nodeRed.stop();
      await rig.#parts?.sandbox.stop();
    });
    return rig;
  }

  get nodeRed(): NodeRed {
    return this.#started().nodeRed;
  }

  get sandbox(): Sandbox {
    return this.#started().sandbox;
  }

  /**
   * Deploys an example as it is shipped, but for the ports, and for its debug nodes: a person reads the part that
   * matters, a test looks at the whole message.
   * @param change what else is different
   */
  async load(name: string, change = (node: FlowNode): FlowNode[] => [node]): Promise<void> {
    const events = await this.nodeRed.events();
    const flow = exampleFor(name, this.sandbox.url, this.nodeRed.url).map((node) =>
      node.type === 'debug' && node['complete'] !== 'error.message'
        ? { ...node, complete: 'true', targetType: 'full' }
        : node,
    );
    await this.nodeRed.deploy(flow.flatMap(change));
    events.clear();
  }

  /** Presses the button of an inject node and waits for what a debug node shows of it. */
  async press(injectId: string, debugId: string): Promise<Record<string, unknown>> {
    (await this.nodeRed.events()).clear();
    await this.nodeRed.inject(injectId);
    return this.shown(debugId);
  }

  /** What a debug node showed, or will show. Throws at once when the example's debug node for errors shows one. */
  async shown(debugId: string): Promise<Record<string, unknown>> {
    const events = await this.nodeRed.events();
    const message = await events.debugMessage(({ id, name }) => id === debugId || name === 'Error', 240_000);
    if (message.id !== debugId) throw new Error(`the example failed: ${JSON.stringify(message.value)}`);
    return record(message.value);
  }

  #started(): { nodeRed: NodeRed; sandbox: Sandbox } {
    if (this.#parts === undefined) throw new Error('not started');
    return this.#parts;
  }
}
