import { once } from 'node:events';
import { WebSocket } from 'ws';
import { record } from './values';

/** One message of a debug node, as the editor's sidebar gets it. */
interface DebugMessage {
  /** Id of the debug node. */
  id: string;
  name?: string;
  topic?: string;
  /** What it shows: the decoded JSON of objects and arrays, otherwise the text. */
  value: unknown;
  format: string;
}

interface StatusMessage {
  /** Id of the node. */
  id: string;
  text?: string;
  fill?: string;
  shape?: string;
}

function toDebug(data: Record<string, unknown>): DebugMessage {
  const format = typeof data['format'] === 'string' ? data['format'] : '';
  const encoded = typeof data['msg'] === 'string' && /^(object|array|error|number|boolean)/i.test(format);
  let value = data['msg'];
  if (encoded) {
    try {
      value = JSON.parse(String(value));
    } catch {
      // Long values are cut by Node-RED and then are no JSON any more; the text is what there is.
    }
  }
  return {
    id: String(data['id']),
    format,
    value,
    ...(typeof data['name'] === 'string' ? { name: data['name'] } : {}),
    ...(typeof data['topic'] === 'string' ? { topic: data['topic'] } : {}),
  };
}

/** The editor's websocket of a running Node-RED: keeps every debug message and status, and waits for new ones. */
export class Comms {
  readonly debug: DebugMessage[] = [];
  readonly statuses: StatusMessage[] = [];
  readonly #waiting = new Set<() => void>();

  readonly #socket: WebSocket;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      const packet: unknown = JSON.parse(Buffer.isBuffer(data) ? data.toString() : '[]');
      for (const item of Array.isArray(packet) ? packet : [packet]) this.#take(record(item));
      for (const look of this.#waiting) look();
    });
  }

  /**
   * Resolves when both subscriptions are in force: the pong can only come after they were read.
   * @param token of a user, where `adminAuth` is set
   */
  static async connect(url: string, token?: string): Promise<Comms> {
    const socket = new WebSocket(url);
    const comms = new Comms(socket);
    await once(socket, 'open');
    if (token !== undefined) {
      socket.send(JSON.stringify({ auth: token }));
      // Until it has said `ok`, it takes nothing else.
      await once(socket, 'message');
    }
    socket.send(JSON.stringify({ subscribe: 'debug' }));
    socket.send(JSON.stringify({ subscribe: 'status/#' }));
    socket.ping();
    await once(socket, 'pong');
    return comms;
  }

  /** The first debug message, past or to come, that `matches`. */
  debugMessage(matches: (message: DebugMessage) => boolean, timeoutMs = 60_000): Promise<DebugMessage> {
    return this.#until(() => this.debug.find(matches), timeoutMs, 'a debug message', this.debug);
  }

  /** The first status, past or to come, that `matches`. */
  status(matches: (status: StatusMessage) => boolean, timeoutMs = 60_000): Promise<StatusMessage> {
    return this.#until(() => this.statuses.find(matches), timeoutMs, 'a status', this.statuses);
  }

  /** Forgets what came so far, so that the next wait is about what comes from now on. */
  clear(): void {
    this.debug.length = 0;
    this.statuses.length = 0;
  }

  close(): void {
    this.#socket.terminate();
  }

  #take(packet: Record<string, unknown>): void {
    const topic = String(packet['topic']);
    const data = record(packet['data']);
    if (topic === 'debug') this.debug.push(toDebug(data));
    if (topic.startsWith('status/')) this.statuses.push({ ...data, id: topic.slice('status/'.length) });
  }

  #until<T>(find: () => T | undefined, timeoutMs: number, what: string, seen: unknown[]): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`no such ${what} in ${timeoutMs} ms; seen: ${JSON.stringify(seen).slice(0, 2000)}`));
      }, timeoutMs);
      const look = (): void => {
        const found = find();
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}
