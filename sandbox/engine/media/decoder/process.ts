import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { openFramePipe } from './framePipe';
import { FrameShapes } from './frameShapes';

/** A decoder, waiting or at work. */
export interface DecoderProcess {
  /** Absent when it could not be started. */
  pid: number | undefined;
  /** Lets it open its video. */
  begin: () => void;
  /** Sampled frames, see `Decoder`. A chunk is only good until the next one is asked for. */
  frames: AsyncIterableIterator<Buffer>;
  /** Lines about frames, see `Decoder`. */
  report: Readable;
  /** The layout of each frame in `frames`. */
  shapes: FrameShapes;
  /** What it complained about, its last lines; complete once `ended` has come. */
  complaints: () => string;
  /** Its exit code, or null when it was killed or could not be started. */
  ended: Promise<number | null>;
  /** Ends it at once, whatever it is doing. May be called again. */
  kill: () => void;
}

const MAX_STDERR_LENGTH = 4000;

/** Starts a decoder in its own process, without a shell; it waits for `begin`. */
export async function startProcess(command: string, args: string[]): Promise<DecoderProcess> {
  // On Windows, pipes cannot be passed on like this; there the frames come through the child's own pipe.
  const pipe = process.platform === 'win32' ? undefined : await openFramePipe();
  const child: ChildProcess = spawn(command, args, {
    stdio: ['pipe', pipe?.theirs ?? 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  pipe?.theirs.destroy();
  const [, , errors, report] = child.stdio;
  const frames = pipe?.chunks ?? child.stdout?.[Symbol.asyncIterator]();
  if (!frames || !isReadable(errors) || !isReadable(report)) {
    throw new Error('The pipes of the decoder could not be opened.');
  }
  // One that has ended already cannot be told to begin.
  child.stdin?.on('error', () => undefined);
  let said = '';
  const lines = createInterface({ input: errors });
  const shapes = new FrameShapes();
  lines.on('line', (line) => {
    if (shapes.take(line) || line.includes('[info]')) return;
    said = `${said}${line}\n`.slice(-MAX_STDERR_LENGTH);
  });
  lines.once('close', () => shapes.end());
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      said += error.message;
      resolve(null);
    });
    child.once('close', resolve);
  });
  return {
    pid: child.pid,
    begin: () => child.stdin?.end(),
    frames,
    report,
    shapes,
    complaints: () => said,
    ended,
    kill: () => {
      child.kill('SIGKILL');
      // Nobody reads frames any more, and unread ones would keep the process from closing.
      pipe?.destroy();
      child.stdout?.destroy();
    },
  };
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && 'read' in stream;
}
