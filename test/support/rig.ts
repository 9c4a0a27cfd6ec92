import { EventEmitter, once } from 'node:events';
import type { Node, NodeAPI, NodeInitializer } from 'node-red';
import { helper } from './helper';

/** A message as nodes hand it on: anything may be in it. */
export type Message = Record<string, unknown> & { _msgid?: string };

/** Gathers the messages that reach one node of a test flow. */
class Inbox {
  readonly messages: Message[] = [];
  #read = 0;
  #waiting: (() => void)[] = [];
  #node: Node | undefined;

  readonly #id: string;

  constructor(id: string) {
    this.#id = id;
    this.attach();
  }

  /** Listens to the node as it is now; a deploy may have made it anew. */
  attach(): void {
    const node = helper.getNode(this.#id);
    if (node === this.#node) return;
    this.#node = node;
    node.on('input', (msg) => {
      this.messages.push(msg);
      const waiting = this.#waiting;
      this.#waiting = [];
      for (const wake of waiting) wake();
    });
  }

  /** The next message that was not asked for yet, and that `matches`. */
  async next(matches: (msg: Message) => boolean = () => true, timeoutMs = 30_000): Promise<Message> {
    const until = Date.now() + timeoutMs;
    for (;;) {
      for (; this.#read < this.messages.length; this.#read += 1) {
        const msg = this.messages[this.#read];
        if (msg !== undefined && matches(msg)) {
          this.#read += 1;
          return msg;
        }
      }
      await this.#arrival(until - Date.now());
    }
  }

  #arrival(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () =>
          reject(new Error(`no such message; there were ${JSON.stringify(this.messages).slice(0, 2000)}`)),
        Math.max(1, ms),
      );
      // What nobody waits for any more does not keep the run from ending.
      timer.unref();
      this.#waiting.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}

export type FlowNode = { id: string; type: string } & Record<string, unknown>;

/** What stands around the nodes under test: real catch, complete and status nodes of the Node-RED in use. */
export interface Rig {
  /** One for each output of the last node under test. */
  outputs: Inbox[];
  /** The first of them. */
  out: Inbox;
  caught: Inbox;
  completed: Inbox;
  statuses: Inbox;
  /** Gives a message to a node under test, the first of them by default. */
  send: (msg: Message, nodeId?: string) => void;
  /** Deploys the same flow with changes to some nodes. */
  redeploy: (
    type: 'full' | 'flows' | 'nodes',
    change?: (node: FlowNode) => FlowNode | FlowNode[] | undefined,
  ) => Promise<void>;
}

export interface RigOptions {
  /** What registers the node types of `chain` and `config`. */
  types: NodeInitializer[];
  /** Nodes under test, wired in a row. */
  chain: FlowNode[];
  /** Config nodes. */
  config?: FlowNode[];
  credentials?: Record<string, Record<string, string>>;
  /** Outputs of the last node. */
  outputs?: number;
}

const TAB = 'tab';
/** Node-RED takes a node without a position for a config node. */
const PLACE = { z: TAB, x: 0, y: 0 };

/** Loads a flow: the chain, an inbox at each output of its last node, and catch, complete and status over all. */
export async function rig(options: RigOptions): Promise<Rig> {
  const { chain, config = [], outputs = 1 } = options;
  const ends = Array.from({ length: outputs }, (_, index) => `out${index}`);
  const flow: FlowNode[] = [
    { id: TAB, type: 'tab', label: 'test' },
    ...config,
    ...chain.map((node, index) => {
      const following = chain[index + 1];
      return {
        z: TAB,
        wires: following === undefined ? ends.map((end) => [end]) : [[following.id]],
        ...node,
      };
    }),
    ...ends.map((id) => ({ id, ...PLACE, type: 'helper' })),
    { id: 'catchAll', ...PLACE, type: 'catch', wires: [['caught']] },
    {
      id: 'completeAll',
      ...PLACE,
      type: 'complete',
      scope: chain.map(({ id }) => id),
      wires: [['completed']],
    },
    { id: 'statusAll', ...PLACE, type: 'status', wires: [['statuses']] },
    ...['caught', 'completed', 'statuses'].map((id) => ({ id, ...PLACE, type: 'helper' })),
  ];
  const credentials: object = options.credentials ?? {};
  const runtime: { events?: EventEmitter } = {};
  const listen = (RED: NodeAPI): void => {
    runtime.events = RED.events;
  };
  await helper.load([...options.types, listen], flow, credentials);
  const inboxes = ends.map((id) => new Inbox(id));
  const [caught, completed, statuses] = [new Inbox('caught'), new Inbox('completed'), new Inbox('statuses')];
  const [out] = inboxes;
  if (out === undefined) throw new Error('a rig needs an output');
  const current = { flow };
  return {
    outputs: inboxes,
    out,
    caught,
    completed,
    statuses,
    send: (msg, nodeId = chain[0]?.id ?? '') => helper.getNode(nodeId).receive(msg),
    async redeploy(type, change = (node) => [node]) {
      current.flow = current.flow.flatMap((node) => change(node) ?? []);
      const started = once(runtime.events ?? new EventEmitter(), 'flows:started');
      // By itself the helper waits 300 ms for the start, which a busy machine exceeds.
      await helper.setFlows(current.flow, type, credentials).catch((error: unknown) => {
        if (!String(error).includes('timeout waiting event')) throw error;
      });
      await started;
      for (const inbox of [...inboxes, caught, completed, statuses]) inbox.attach();
    },
  };
}

/** Stops the flow of the test that ran. For `afterEach`. */
export async function unload(): Promise<void> {
  await helper.unload();
}
