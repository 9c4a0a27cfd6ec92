import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { ServerCommand, ServerReply, ServerReport, TimingServerConfig } from './config';

/** Starts and controls the timing server's process. */
export class TimingServerProcess {
  readonly #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    readonly port: number,
  ) {
    this.#child = child;
  }

  static async start(): Promise<TimingServerProcess> {
    const child = fork(join(__dirname, 'processMain.js'));
    const listening = await nextReply(child, 'listening');
    return new TimingServerProcess(child, listening.port);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts afresh: no folders, no counts. */
  async configure(config: TimingServerConfig): Promise<void> {
    await this.#ask({ op: 'configure', config }, 'configured');
  }

  report(): Promise<ServerReport> {
    return this.#ask({ op: 'report' }, 'report');
  }

  stop(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #ask<Op extends ServerReply['op']>(
    command: ServerCommand,
    op: Op,
  ): Promise<Extract<ServerReply, { op: Op }>> {
    const answered = nextReply(this.#child, op);
    this.#child.send(command);
    return answered;
  }
}

function nextReply<Op extends ServerReply['op']>(
  child: ChildProcess,
  op: Op,
): Promise<Extract<ServerReply, { op: Op }>> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      child.off('message', onMessage).off('exit', onExit);
      finish();
    };
    const onMessage = (reply: ServerReply): void => {
      if (isReply(reply, op)) settle(() => resolve(reply));
    };
    const onExit = (): void => settle(() => reject(new Error('The timing server ended.')));
    child.on('message', onMessage).on('exit', onExit);
  });
}

function isReply<Op extends ServerReply['op']>(
  reply: ServerReply,
  op: Op,
): reply is Extract<ServerReply, { op: Op }> {
  return reply.op === op;
}
