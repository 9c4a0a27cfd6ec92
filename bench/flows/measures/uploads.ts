import { execFile } from 'node:child_process';
import { link, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { deploy, type FlowName } from '../comparison';
import type { FigureId, Note } from '../figures';
import { handWiredFlow } from '../handWired';
import type { NodeRedMajor } from '../../../tools/launch/versions';
import { NodeRedUnderTest } from '../nodeRedUnderTest';
import { paletteFlow } from '../paletteFlow';
import { ACCOUNT } from '../server/timingServer';
import { DEFAULT_CONFIG } from '../server/config';
import type { TimingServerProcess } from '../server/serverProcess';

const MB = 1_000_000;
const TIMEOUT_MS = 300_000;
/** Above the largest file here; a user who sends such files raises it the same way. */
const AUTH = { maxFileMB: 2000, timeout: 300 };

const ONE_FILE: readonly { figure: FigureId; bytes: number; againstHandWired: boolean }[] = [
  { figure: 'memory75', bytes: 75 * MB, againstHandWired: true },
  { figure: 'memory300', bytes: 300 * MB, againstHandWired: true },
  { figure: 'memory900', bytes: 900 * MB, againstHandWired: false },
];
const QUEUED_BYTES = 10 * MB;

interface UploadOptions {
  major: NodeRedMajor;
  rounds: number;
  quick: boolean;
}

/** Memory and speed of uploads from disk. `quick`: without the largest file. */
export async function measureUploads(
  server: TimingServerProcess,
  options: UploadOptions,
  note: Note,
): Promise<void> {
  const rise = async (flow: FlowName, files: number, bytes: number): Promise<number> =>
    (await memoryRise(server, options.major, flow, { files, bytes })) / MB;
  for (let round = 0; round < options.rounds; round++) {
    for (const { figure, bytes, againstHandWired } of options.quick ? ONE_FILE.slice(0, 2) : ONE_FILE) {
      const other = againstHandWired ? { other: await rise('handWired', 1, bytes) } : {};
      note(figure, { palette: await rise('palette', 1, bytes), ...other });
    }
    const palette = await rise('palette', 200, QUEUED_BYTES);
    note('memoryQueue', { palette, other: await rise('palette', 20, QUEUED_BYTES) });
  }
  await measureSpeed(server, options.major, options.quick ? 3 : 5, note);
}

/** In its own Node-RED, because memory once allocated is not returned. */
async function memoryRise(
  server: TimingServerProcess,
  major: NodeRedMajor,
  flow: FlowName,
  run: { files: number; bytes: number },
): Promise<number> {
  return withFiles(run.files, run.bytes, async (folder) => {
    const nodeRed = await NodeRedUnderTest.start({ major });
    try {
      await deploy(nodeRed, server, uploadFlow(flow, server.url));
      return await nodeRed.memoryRise(() => upload(nodeRed, server, flow, folder, run));
    } finally {
      await nodeRed.stop();
    }
  });
}

function uploadFlow(flow: FlowName, serverUrl: string): ReturnType<typeof paletteFlow> {
  return flow === 'handWired'
    ? handWiredFlow({ channel: 'handWired', serverUrl, fromDisk: true, uploadOnly: true })
    : paletteFlow({ channel: 'palette', serverUrl, auth: AUTH, uploadOnly: true });
}

async function upload(
  nodeRed: NodeRedUnderTest,
  server: TimingServerProcess,
  flow: FlowName,
  folder: string,
  { files, bytes }: { files: number; bytes: number },
): Promise<number> {
  await server.configure(DEFAULT_CONFIG);
  const { records, wallMs } = await nodeRed.run({
    channel: flow,
    jobs: files,
    first: 0,
    inFlight: files,
    media: { folder },
    everyMs: 0,
    timeoutMs: TIMEOUT_MS,
  });
  const problem = records.find((record) => record.error !== undefined)?.error;
  const there = (await server.report()).jobs.filter((job) => job.uploadedBytes >= bytes);
  if (problem !== undefined || there.length !== files || records.length !== files) {
    throw new Error(`${flow}: ${there.length} of ${files} uploads whole; ${problem ?? 'no error'}`);
  }
  return wallMs;
}

/** The palette's upload node against curl, in turn, on the same file. */
async function measureSpeed(
  server: TimingServerProcess,
  major: NodeRedMajor,
  rounds: number,
  note: Note,
): Promise<void> {
  const bytes = 300 * MB;
  await withFiles(1, bytes, async (folder) => {
    const nodeRed = await NodeRedUnderTest.start({ major });
    try {
      await deploy(nodeRed, server, uploadFlow('palette', server.url));
      for (let round = -1; round < rounds; round++) {
        const curl = await curlUpload(server.url, join(folder, 'job-0.mp4'));
        const palette = await upload(nodeRed, server, 'palette', folder, { files: 1, bytes });
        const speed = (ms: number): number => bytes / MB / (ms / 1000);
        // The first round only brings the file into the page cache and the code up to speed.
        if (round >= 0) note('uploadSpeed', { palette: speed(palette), other: speed(curl) });
      }
    } finally {
      await nodeRed.stop();
    }
  });
}

/** Milliseconds `curl -F` says it took, without the start of its process. */
async function curlUpload(serverUrl: string, file: string): Promise<number> {
  const answer = await fetch(`${serverUrl}/api/authorize/auth`, {
    method: 'POST',
    body: JSON.stringify({ credentials: ACCOUNT }),
  });
  const signedIn: unknown = await answer.json();
  const token = String(typeof signedIn === 'object' && signedIn && Reflect.get(signedIn, 'access_token'));
  const { stdout } = await promisify(execFile)('curl', [
    '--silent',
    '--show-error',
    '--output',
    '/dev/null',
    '--write-out',
    '%{http_code} %{time_total}',
    '--header',
    `X-Forensic-Access-Token: ${token}`,
    '--form',
    `video1=@${file};type=video/mp4`,
    '--form',
    'payload={"media:tags":{"video1":["video_selfie"]}}',
    `${serverUrl}/api/folders/`,
  ]);
  const [status, seconds] = stdout.split(' ');
  if (status !== '201') throw new Error(`curl got ${status}`);
  return Number(seconds) * 1000;
}

/** Makes `job-0.mp4` … of this size, all links to one file on disk, while `use` runs. */
async function withFiles<T>(files: number, bytes: number, use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'oz-bench-media-'));
  try {
    const first = join(folder, 'job-0.mp4');
    const file = await open(first, 'w');
    await file.write(Buffer.from('000000186674797069736f6d0000020069736f6d69736f32', 'hex'));
    const piece = Buffer.alloc(MB, 0x5a);
    for (let at = MB; at <= bytes; at += MB) await file.write(piece, 0, MB, at - MB + 24);
    await file.truncate(bytes);
    await file.close();
    for (let job = 1; job < files; job++) await link(first, join(folder, `job-${job}.mp4`));
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
