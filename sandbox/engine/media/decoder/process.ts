import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { Colours } from '../../face/image';
import { coloursIn } from './colours';

/** A decoder at work. */
export interface DecoderProcess {
  /** Sampled frames, see `Decoder`. */
  frames: Readable;
  /** Lines about frames, see `Decoder`. */
  report: Readable;
  /** The film's colours; known before its first frame. BT.601 and limited range where the film does not tell. */
  colours: Promise<Colours>;
  /** What it complained about, its last lines; complete once `ended` has come. */
  complaints: () => string;
  /** Its exit code, or null when it was killed or could not be started. */
  ended: Promise<number | null>;
  /** Ends it at once, whatever it is doing. May be called again. */
  kill: () => void;
}

const COMPLAINTS = 4000;

/** Told of every child process, so that none outlives a worker that was ended. */
export type OnChild = (pid: number, alive: boolean) => void;

/** Starts a decoder in a process of its own, without a shell and with nothing to read. */
export function startProcess(command: string, args: string[], onChild: OnChild): DecoderProcess {
  const child: ChildProcess = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const [, frames, errors, report] = child.stdio;
  if (!isReadable(frames) || !isReadable(errors) || !isReadable(report)) {
    throw new Error('The pipes of the decoder could not be opened.');
  }
  const { pid } = child;
  if (pid !== undefined) onChild(pid, true);
  let said = '';
  const lines = createInterface({ input: errors });
  const colours = new Promise<Colours>((resolve) => {
    lines.on('line', (line) => {
      const told = coloursIn(line);
      if (told) resolve(told);
      else if (!line.includes('[info]')) said = `${said}${line}\n`.slice(-COMPLAINTS);
    });
    lines.once('close', () => resolve({ fullRange: false, matrix: 'bt601' }));
  });
  const ended = new Promise<number | null>((resolve) => {
    child.once('error', (error) => {
      said += error.message;
      resolve(null);
    });
    child.once('close', (code) => {
      if (pid !== undefined) onChild(pid, false);
      resolve(code);
    });
  });
  return {
    frames,
    report,
    colours,
    complaints: () => said,
    ended,
    kill: () => {
      child.kill('SIGKILL');
      // Nobody reads frames any more, and unread they would keep the process from closing.
      frames.destroy();
    },
  };
}

function isReadable(stream: unknown): stream is Readable {
  return typeof stream === 'object' && stream !== null && 'read' in stream;
}
