import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArgs } from 'node:util';
import { createEngine, EngineError, type MediaReport } from '../engine';
import { explainPage } from '../engine/explain/page';
import { counted, GATE_WORDS } from '../engine/explain/words';

const USAGE = `Usage: oz-sandbox best-shot FILE [--out best.jpg] [--json] [--explain report.html] [--decoder NAME]

  FILE            a video (MP4, MOV, WebM and others), a picture (JPEG, PNG) or a ZIP of pictures
  --out FILE      write the best shot to this file, as a full-size JPEG
  --json          print one line of JSON and nothing else
  --explain FILE  write a page to this file that explains why this frame was chosen
  --decoder NAME  auto, ffmpeg or node-av; by default auto

Exit code: 0 with a best shot, 1 when no frame shows an acceptable face, 2 when FILE cannot be used.
`;

/**
 * `oz-sandbox best-shot`: runs the engine on one file.
 *
 * @param args What follows `best-shot` on the command line.
 * @returns The exit code.
 */
export async function bestShotCommand(args: string[]): Promise<number> {
  const options = parse(args);
  if (typeof options === 'string') {
    process.stderr.write(`${options}\n\n${USAGE}`);
    return 2;
  }
  if (options === undefined) {
    process.stdout.write(USAGE);
    return 0;
  }
  const engine = createEngine({ decoder: options.decoder });
  try {
    const start = performance.now();
    const report = await engine.analyze(
      { path: options.file, name: basename(options.file) },
      { explain: options.explain !== undefined },
    );
    const elapsedMs = Math.round(performance.now() - start);
    if (options.out !== undefined && report.bestShot) await write(options.out, report.bestShot.jpeg);
    if (options.explain !== undefined) {
      await write(options.explain, explainPage(report, basename(options.file)));
    }
    process.stdout.write(
      options.json ? `${jsonLine(report, elapsedMs)}\n` : inWords(report, elapsedMs, options),
    );
    for (const reason of report.unread ?? []) process.stderr.write(`Not read: ${reason}\n`);
    if (report.bestShot) return 0;
    process.stderr.write(`No best shot: ${whyNone(report)}\n`);
    return 1;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`${error instanceof EngineError ? `${error.code}: ` : ''}${message}\n`);
    return 2;
  } finally {
    await engine.close();
  }
}

interface Options {
  file: string;
  out: string | undefined;
  explain: string | undefined;
  json: boolean;
  decoder: 'auto' | 'ffmpeg' | 'node-av';
}

/** The options; a text when they are wrong; undefined when help is wanted. */
function parse(args: string[]): Options | string | undefined {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        explain: { type: 'string' },
        json: { type: 'boolean', default: false },
        decoder: { type: 'string', default: 'auto' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    if (values.help) return undefined;
    const [file, ...more] = positionals;
    if (file === undefined || more.length > 0) return 'Give one file.';
    const { decoder } = values;
    if (decoder !== 'auto' && decoder !== 'ffmpeg' && decoder !== 'node-av') {
      return `There is no decoder "${decoder}".`;
    }
    return { file, out: values.out, explain: values.explain, json: values.json, decoder };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

/** Throws an Error that names the file. */
async function write(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeFile(file, content);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : '';
    throw new Error(`${file} cannot be written${code}.`, { cause: error });
  }
}

function whyNone({ rejected }: MediaReport): string {
  if (!rejected) return 'no frame shows a face.';
  const at = `frame ${rejected.frame} at ${(rejected.timeMs / 1000).toFixed(2)} s`;
  return `no frame is acceptable. The best of them, ${at}: ${GATE_WORDS[rejected.reason]}.`;
}

/**
 * What `--json` prints. Without a best shot, frame and timeMs are null, score and faces 0, and `reason` says what is wrong with
 * the best of the bad.
 */
function jsonLine({ bestShot, rejected, width, height }: MediaReport, elapsedMs: number): string {
  const { frame, timeMs, score, faces } = bestShot ?? { frame: null, timeMs: null, score: 0, faces: 0 };
  return JSON.stringify({
    frame,
    timeMs,
    score: Number(score.toFixed(4)),
    faces,
    width: bestShot?.width ?? width,
    height: bestShot?.height ?? height,
    elapsedMs,
    ...(!bestShot && { reason: rejected?.reason ?? 'no-face' }),
  });
}

function inWords({ bestShot, frames }: MediaReport, elapsedMs: number, { out, explain }: Options): string {
  const examined = `${counted(frames.length, 'frame')} examined in ${elapsedMs} ms`;
  const explained = explain === undefined ? [] : [`explained in ${explain}`];
  if (!bestShot) return [examined, ...explained, ''].join('\n');
  const { frame, timeMs, score, faces, width, height } = bestShot;
  return [
    `Best shot: frame ${frame} at ${(timeMs / 1000).toFixed(2)} s, score ${score.toFixed(3)}`,
    `${counted(faces, 'face')}, ${width} × ${height}, ${examined}`,
    ...(out === undefined ? [] : [`written to ${out}`]),
    ...explained,
    '',
  ].join('\n');
}
