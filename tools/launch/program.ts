import { type ChildProcess, spawn } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { createInterface } from 'node:readline';

const STOP_TIMEOUT_MS = 10_000;

/** A program in its own process, whose output can be waited for. It ends with this process at the latest. */
export class Program {
  /** Everything it wrote, standard output and error, line by line. */
  readonly log: string[] = [];
  readonly #lines = new EventEmitter().setMaxListeners(0);
  readonly #child: ChildProcess;
  readonly #closed: Promise<unknown>;
  #isClosed = false;

  readonly #name: string;

  constructor(
    /** What error messages call it. */
    name: string,
    file: string,
    args: string[],
    options: { cwd?: string; env?: Record<string, string> } = {},
  ) {
    this.#name = name;
    this.#child = spawn(file, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    // 'close', not 'exit': by then its last lines have been read.
    this.#closed = once(this.#child, 'close').catch((error: Error) => this.log.push(error.message));
    for (const stream of [this.#child.stdout, this.#child.stderr]) {
      if (stream === null) continue;
      createInterface(stream).on('line', (line) => {
        this.log.push(line);
        this.#lines.emit('line', line);
      });
    }
    const endWithParent = (): void => void this.#child.kill();
    process.once('exit', endWithParent);
    void this.#closed.finally(() => {
      process.removeListener('exit', endWithParent);
      this.#isClosed = true;
      this.#lines.emit('end');
    });
  }

  /**
   * Resolves with the first line at or after position `from` of the log that matches; rejects, with the log's end,
   * when the program ends or the time is over first.
   */
  lineAfter(from: number, pattern: RegExp, timeoutMs = 60_000): Promise<string> {
    return new Promise((resolve, reject) => {
      const earlier = this.log.slice(from).find((line) => pattern.test(line));
      if (earlier !== undefined) return resolve(earlier);
      const fail = (why: string): void =>
        finish(() => reject(new Error(`${this.#name} ${why}:\n${this.log.slice(-30).join('\n')}`)));
      const onLine = (line: string): void => {
        if (pattern.test(line)) finish(() => resolve(line));
      };
      const onEnd = (): void => fail(`ended before it wrote ${pattern}`);
      const timer = setTimeout(() => fail(`did not write ${pattern} within ${timeoutMs} ms`), timeoutMs);
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#lines.off('line', onLine);
        this.#lines.off('end', onEnd);
        settle();
      };
      this.#lines.on('line', onLine);
      this.#lines.on('end', onEnd);
      if (this.#isClosed) onEnd();
    });
  }

  get running(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Process id, for measuring memory; undefined when it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  /** Resolves when it has ended and all it wrote is in the log; `null` when a signal ended it. */
  async ended(): Promise<number | null> {
    await this.#closed;
    return this.#child.exitCode;
  }

  /** Ends it as a crash or a power cut would: at once, without a chance to tidy up. */
  async kill(): Promise<void> {
    if (!this.running) return;
    this.#child.kill('SIGKILL');
    await this.ended();
  }

  /** Ends it as a service manager would: SIGTERM, and after a while SIGKILL. */
  async stop(): Promise<void> {
    if (!this.running) return;
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_TIMEOUT_MS);
    await this.ended();
    clearTimeout(timer);
  }
}
