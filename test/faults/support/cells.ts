import { once } from 'node:events';
import { createServer, type Server } from 'node:net';
import { setImmediate } from 'node:timers/promises';
import { isCustom, reply, type Answer } from '../../support/ozAnswer';
import { OzServer, SERVICE_TOKEN, ACCOUNT } from '../../support/ozServer';
import { errorOf, TYPES } from '../../support/palette';
import { rig, unload, type FlowNode, type Message } from '../../support/rig';
import { UNKNOWN_HOST } from '../../support/unknownHost';
import { helper } from '../../support/helper';
import { certificates } from '../../support/tls';
import { seed } from './calls';
import type { CallUnderTest, Seed } from './callUnderTest';
import type { Address, Fault } from './faults';

/** Seconds for each try where the fault is that nothing comes. Meanwhile the process has little to do. */
const SHORT_TIMEOUT = 5;
/** Seconds for each try under all other faults, dozens of them at once on a busy machine. None shall end by time. */
const LONG_TIMEOUT = 120;
const AT_ONCE = 90;
/** Far above what any cell takes. */
const CELL_TIMEOUT_MS = 200_000;

/** What became of one call under one fault. */
export interface Cell {
  call: CallUnderTest;
  fault: Fault;
  /** Whether the fault strikes the first request only. */
  once: boolean;
  /** `output`, or the error's code; several when there were several outcomes. */
  outcomes: string[];
  /** How often the server did what it was asked. */
  effects: number;
  server: OzServer;
  seeded: Seed;
}

/** Listeners that are no Oz server. */
class Elsewhere {
  readonly #silent: Server = createServer((socket) => socket.resume().on('error', () => {}));
  #untrusted: OzServer | undefined;
  #urls: Record<Address, string> | undefined;

  async start(): Promise<void> {
    this.#silent.listen(0, '127.0.0.1');
    const { key, cert } = await certificates(['127.0.0.1']);
    this.#untrusted = await OzServer.start({ tls: { key, cert } });
    if (!this.#silent.listening) await once(this.#silent, 'listening');
    const address = this.#silent.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    this.#urls = {
      // Nobody may listen there without being the administrator.
      refused: 'http://127.0.0.1:1',
      'unknown-name': `http://${UNKNOWN_HOST}`,
      untrusted: this.#untrusted.url,
      // Takes the connection and never says a word: TLS does not come about.
      silent: `https://127.0.0.1:${port}`,
    };
  }

  url(address: Address): string {
    return this.#urls?.[address] ?? '';
  }

  async stop(): Promise<void> {
    this.#silent.close();
    await once(this.#silent, 'close');
    await this.#untrusted?.stop();
  }
}

/** Whether a try ends by its time. */
const isSlow = ({ fault }: Cell): boolean => /hang|drip/.test(fault.name);

export interface MatrixRun {
  cells: Cell[];
  /** Sockets, timers and the like that were there after all was closed and not before, by kind. */
  left: Record<string, number>;
}

/** Runs every call under every fault, several at once, in one Node-RED. */
export async function runMatrix(calls: CallUnderTest[], faults: readonly Fault[]): Promise<MatrixRun> {
  await warmUp();
  const before = resources();
  const elsewhere = new Elsewhere();
  await elsewhere.start();
  const cells: Cell[] = [];
  for (const fault of faults) {
    for (const call of calls) {
      for (const struckOnce of 'address' in fault.strike ? [false] : [false, true]) {
        const server = await OzServer.start(call.options);
        const seeded = seed(server);
        const cell: Cell = { call, fault, once: struckOnce, outcomes: [], effects: 0, server, seeded };
        script(cell, elsewhere);
        cells.push(cell);
      }
    }
  }
  const flow = await deploy(cells, elsewhere);
  // The slow ones first, so that none of them is left for the end.
  const all = [...cells.entries()];
  const queue = [...all.filter(([, cell]) => isSlow(cell)), ...all.filter(([, cell]) => !isSlow(cell))];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) await flow(...next);
    }),
  );
  await unload();
  await Promise.all(cells.map(({ server }) => server.allClosed()));
  await Promise.all([...cells.map(({ server }) => server.stop()), elsewhere.stop()]);
  // The handles of closed servers are freed in the next turns of the event loop.
  for (let turn = 0; turn < 10; turn += 1) await setImmediate();
  const after = resources();
  const left: Record<string, number> = {};
  for (const [kind, count] of Object.entries(after)) {
    if (count > (before[kind] ?? 0)) left[kind] = count - (before[kind] ?? 0);
  }
  return { cells, left };
}

/** What a Node-RED leaves behind by itself is there before anything is counted. */
async function warmUp(): Promise<void> {
  await rig({ types: TYPES, chain: [{ id: 'n1', type: 'oz-folder' }] });
  await unload();
}

function resources(): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const kind of process.getActiveResourcesInfo()) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

/** Tells the cell's server how to answer the struck request, and what it does not know by itself. */
function script(cell: Cell, elsewhere: Elsewhere): void {
  const { server, call, fault, once: struckOnce, seeded } = cell;
  call.prepare?.(server, seeded);
  const { also } = call;
  if (also !== undefined)
    server.script(
      also.request,
      () => also.answer(cell.effects > 0 ? server.callsTo(call.request).at(-1) : undefined),
      Infinity,
    );
  const truthful = (answer: Answer): Answer => ({
    does: call.truth === undefined,
    write(request, response, own) {
      cell.effects += 1;
      const truth = call.truth ?? own;
      if (truth !== undefined && isCustom(answer)) answer.write(request, response, truth);
    },
  });
  const plain: Answer = {
    does: true,
    write(request, response, truth) {
      if (truth !== undefined && !isCustom(truth)) reply(request, response, truth);
    },
  };
  if ('address' in fault.strike) {
    const { address } = fault.strike;
    if (call.kind !== 'image') return;
    // Only the image is elsewhere.
    const own = `${server.url}/static`;
    server.script(
      /^GET \/api\//,
      {
        does: true,
        write(request, response, truth) {
          if (typeof truth !== 'object' || isCustom(truth)) return;
          const text = JSON.stringify(truth.json).replaceAll(own, `${elsewhere.url(address)}/static`);
          reply(request, response, { status: truth.status, json: JSON.parse(text) });
        },
      },
      Infinity,
    );
    return;
  }
  const { answer } = fault.strike;
  server.script(call.request, isCustom(answer) ? truthful(answer) : answer, struckOnce ? 1 : Infinity);
  server.script(call.request, truthful(plain), Infinity);
}

/** Deploys one node for each cell; returns what sends a cell its message and waits for the outcome. */
async function deploy(
  cells: Cell[],
  elsewhere: Elsewhere,
): Promise<(index: number, cell: Cell) => Promise<void>> {
  const credentials: Record<string, Record<string, string>> = {};
  const config: FlowNode[] = [];
  const chain: FlowNode[] = [];
  for (const [index, cell] of cells.entries()) {
    const { call, fault, server } = cell;
    const unreachable = 'address' in fault.strike && call.kind !== 'image';
    const id = `s${index}`;
    // So that the call itself is struck, where nothing can be reached, and not the sign-in before it.
    const token = unreachable && call.kind !== 'sign-in';
    credentials[id] = token ? { token: SERVICE_TOKEN } : { ...ACCOUNT };
    config.push({
      id,
      type: 'oz-auth',
      url: unreachable && 'address' in fault.strike ? elsewhere.url(fault.strike.address) : server.url,
      auth: token ? 'token' : 'password',
      timeout: isSlow(cell) ? SHORT_TIMEOUT : LONG_TIMEOUT,
      mediaHosts: `127.0.0.1, ${UNKNOWN_HOST}`,
      ...call.server,
    });
    chain.push({ id: `n${index}`, server: id, wires: [['out0']], ...call.node });
  }
  const flow = await rig({ types: TYPES, chain, config, credentials });
  const settled = new Map<number, () => void>();
  listen((index, outcome) => {
    cells[index]?.outcomes.push(outcome);
    settled.get(index)?.();
  });
  return (index, { call, seeded }) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, CELL_TIMEOUT_MS);
      settled.set(index, () => {
        clearTimeout(timer);
        resolve();
      });
      flow.send(
        {
          cell: index,
          payload: call.payload?.(),
          analysisIds: [seeded.analysisId],
          oz: {
            folderId: seeded.folderId,
            collectionId: 'c1',
            personId: 'p1',
            imageId: 'i1',
            userId: 'u1',
            companyId: 'co1',
          },
        },
        `n${index}`,
      );
    });
}

function listen(settle: (cell: number, outcome: string) => void): void {
  helper.getNode('out0').on('input', (msg: Message) => settle(Number(msg['cell']), 'output'));
  helper
    .getNode('caught')
    .on('input', (msg: Message) => settle(Number(msg['cell']), String(errorOf(msg)['code'])));
}
