import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { Node, NodeAPI, NodeDef, NodeMessageInFlow } from 'node-red';
import type { OutRecord, RunAnswer, RunRequest } from './protocol';
import { monotonicMs } from './server/config';

interface ChannelDef extends NodeDef {
  channel: string;
}

interface Run {
  request: RunRequest;
  sentAt: Map<number, number>;
  records: OutRecord[];
  advance: () => void;
}

/** How long after the last expected message a second delivery would still be noticed. */
const DUPLICATE_WATCH_MS = 250;

/** A buffer that any sniffer takes for an MP4 file. */
function mp4Like(bytes: number): Buffer {
  const media = Buffer.alloc(bytes, 0x5a);
  Buffer.from('000000186674797069736f6d0000020069736f6d69736f32', 'hex').copy(media);
  return media;
}

/**
 * The two ends of every measured flow: `bench-source` lets jobs in, `bench-sink` notes when they come out. Both flows
 * have the same ends, so what they cost is the same on both sides of every ratio.
 */
export = (RED: NodeAPI): void => {
  const sources = new Map<string, Node>();
  const runs = new Map<string, Run>();

  RED.nodes.registerType('bench-source', function (this: Node, definition: ChannelDef) {
    RED.nodes.createNode(this, definition);
    sources.set(definition.channel, this);
  });

  RED.nodes.registerType('bench-sink', function (this: Node, definition: ChannelDef) {
    RED.nodes.createNode(this, definition);
    this.on('input', (message: NodeMessageInFlow, _send, done) => {
      const run = runs.get(definition.channel);
      if (run !== undefined) {
        run.records.push(toRecord(message, run));
        run.advance();
      }
      done();
    });
  });

  RED.httpAdmin.post('/bench/run', (httpRequest, httpResponse) => {
    const request: RunRequest = httpRequest.body;
    void runJobs(request).then((answer) => httpResponse.json(answer));
  });

  RED.httpAdmin.get('/bench/held', (_httpRequest, httpResponse) => {
    collectGarbage();
    const { heapUsed, external } = process.memoryUsage();
    httpResponse.json({ heldBytes: heapUsed + external });
  });

  function runJobs(request: RunRequest): Promise<RunAnswer> {
    const { media } = request;
    const buffer = 'bytes' in media ? mp4Like(media.bytes) : undefined;
    const startedAt = monotonicMs();
    const cpuAtStart = process.cpuUsage();
    return new Promise((resolve) => {
      let sent = 0;
      const run: Run = { request, sentAt: new Map(), records: [], advance };
      const finish = (): void => {
        clearTimeout(timer);
        clearInterval(arrivals);
        run.advance = () => undefined;
        const cpu = process.cpuUsage(cpuAtStart);
        const wallMs = monotonicMs() - startedAt;
        setTimeout(() => {
          runs.delete(request.channel);
          resolve({ records: run.records, cpuMs: (cpu.user + cpu.system) / 1000, wallMs });
        }, DUPLICATE_WATCH_MS);
      };
      const timer = setTimeout(finish, request.timeoutMs);
      const arrivals = request.everyMs > 0 ? setInterval(() => run.advance(), request.everyMs) : undefined;
      function mayEnter(): boolean {
        const due = monotonicMs() >= startedAt + sent * request.everyMs;
        return due && sent < request.jobs && sent - run.records.length < request.inFlight;
      }
      function advance(): void {
        if (run.records.length >= request.jobs) finish();
        while (mayEnter()) {
          const job = request.first + sent++;
          run.sentAt.set(job, monotonicMs());
          sources.get(request.channel)?.send(message(job, media, buffer));
        }
      }
      runs.set(request.channel, run);
      advance();
    });
  }
};

/** Without a command-line flag, as the process is started like any other Node-RED. */
function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  // What the first collection finalizes is free after the second.
  if (typeof collect === 'function') for (let times = 0; times < 2; times += 1) collect();
}

function message(job: number, media: RunRequest['media'], buffer: Buffer | undefined): NodeMessageInFlow {
  const name = `job-${job}.mp4`;
  const payload =
    'folder' in media
      ? `${media.folder}/${name}`
      : { value: buffer, options: { filename: name, contentType: 'video/mp4' } };
  return { _msgid: `job-${job}`, payload, filename: 'folder' in media ? payload : name, job };
}

function toRecord(message: NodeMessageInFlow, run: Run): OutRecord {
  const fields: Record<string, unknown> = { ...message };
  const job = Number(fields['job']);
  const error = fields['error'];
  const cause = property(error, 'cause');
  return {
    job,
    sentAt: run.sentAt.get(job) ?? NaN,
    outAt: monotonicMs(),
    payload: error === undefined && typeof message.payload === 'string' ? message.payload : null,
    resolution: property(fields['oz'], 'resolution') ?? fields['resolution'],
    ...(error !== undefined && {
      error: String(property(error, 'message')),
      code: String(property(error, 'code')),
    }),
    ...named('folderId', property(fields['oz'], 'folderId') ?? property(cause, 'folderId')),
    ...named('uploadId', property(cause, 'uploadId')),
  };
}

const named = <Name extends string>(name: Name, value: unknown): Partial<Record<Name, string>> => {
  const found: Partial<Record<Name, string>> = {};
  if (typeof value === 'string') found[name] = value;
  return found;
};

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
