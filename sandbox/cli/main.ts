import { bestShotCommand } from './bestShot';
import { serveCommand } from './serve';

/** The command line of `oz-sandbox`. Returns the exit code. */
export async function main(args: string[]): Promise<number> {
  const [command, ...rest] = args;
  return command === 'best-shot' ? bestShotCommand(rest) : serveCommand(args);
}
