import { LIMITS } from '../limits';
import { EngineError } from '../types';
import { ByteReader } from './decoder/byteReader';
import { Sampling, startsWithFirstFrame, USUAL, type Decoder } from './decoder/decoder';
import { startProcess, type DecoderProcess } from './decoder/process';
import { VideoReport } from './decoder/report';
import type { Standby } from './decoder/standby';
import { decoderTrouble } from './decoder/trouble';
import { isPlain, plainImage } from './plainImage';
import { frameBuffers } from './frameBuffers';
import type { Container } from './mediaTypes';
import { encodeJpeg, yuvBytes, yuvImage } from './picture';
import { toldBy, type Told } from './reading';
import type { Media, MediaFacts, Shot } from './shot';
import { turnedImage } from './turn';

export interface VideoOptions {
  /** Searched for only when there is a video to decode; the second one is tried when the first one cannot run. */
  decoders: () => readonly [Decoder, ...Decoder[]];
  standby: Standby;
  signal: AbortSignal;
  /** Told of every process, so that none outlives a worker that was ended. */
  onChild: (pid: number, alive: boolean) => void;
}

/**
 * Opens a video: its sampled frames, in order, while the decoder goes on decoding in its own process. The decoder
 * is stopped by `signal`, when the reader stops, and when the video breaks a limit.
 */
export function openVideo(
  path: string,
  mimeType: string,
  container: Container,
  options: VideoOptions,
): Media {
  const facts: MediaFacts = { width: 0, height: 0, durationMs: 0 };
  return {
    kind: 'video',
    mimeType,
    shots: () => decode(path, container, options, facts),
    facts: () => facts,
  };
}

/** ffmpeg programs that only know the arguments of older ones. */
const older = new Set<string>();

async function* decode(
  path: string,
  container: Container,
  options: VideoOptions,
  facts: MediaFacts,
): AsyncGenerator<Shot> {
  options.signal.throwIfAborted();
  const decoders = options.decoders();
  const told = await toldBy(path, container);
  const usual = JSON.stringify(told.reading) === JSON.stringify(USUAL);
  const ready = usual && (await options.standby.take(path, { decoder: decoders[0], container }));
  if (ready) {
    let begun = false;
    try {
      for await (const shot of shotsOf(ready, { decoder: decoders[0], container, told }, options, facts)) {
        begun = true;
        yield shot;
      }
      return;
    } catch (error) {
      // One that waited for long may have been killed meanwhile, or its program replaced: then a new one is tried as
      // well.
      if (begun || options.signal.aborted) throw error;
    }
  }
  let trouble: EngineError | undefined;
  for (const decoder of decoders) {
    try {
      yield* decodeWith(decoder, { path, container, told }, options, facts);
      return;
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'no-decoder') throw error;
      trouble ??= error;
    }
  }
  if (trouble) throw trouble;
}

async function* decodeWith(
  decoder: Decoder,
  { path, container, told }: { path: string; container: Container; told: Told },
  options: VideoOptions,
  facts: MediaFacts,
): AsyncGenerator<Shot> {
  const { command, args, olderArgs } = decoder;
  if (!older.has(command)) {
    const child = await startProcess(command, args(path, container, told.reading));
    try {
      yield* shotsOf(child, { decoder, container, told }, options, facts);
      return;
    } catch (error) {
      if (!olderArgs || options.signal.aborted || !/fps_mode/.test(child.complaints())) throw error;
      older.add(command);
    }
  }
  const child = await startProcess(command, (olderArgs ?? args)(path, container, told.reading));
  yield* shotsOf(child, { decoder, container, told }, options, facts);
}

/** Lets a decoder begin and gives what it finds; afterwards it has ended. */
async function* shotsOf(
  child: DecoderProcess,
  { decoder, container, told }: { decoder: Decoder; container: Container; told: Told },
  { signal, onChild }: VideoOptions,
  facts: MediaFacts,
): AsyncGenerator<Shot> {
  const { pid } = child;
  if (pid !== undefined) {
    onChild(pid, true);
    void child.ended.then(() => onChild(pid, false));
  }
  signal.addEventListener('abort', child.kill, { once: true });
  if (signal.aborted) child.kill();
  if (told.colours) child.shapes.expect(told.colours);
  child.begin();
  const report = new VideoReport(child.report, startsWithFirstFrame(container));
  report.complete.catch(child.kill);
  try {
    yield* sampledFrames(child, report, facts);
    await report.complete;
    const code = await child.ended;
    facts.durationMs = report.durationMs();
    if (code !== 0 || !report.anyPicked) throw await failure(decoder, child.complaints());
  } catch (error) {
    child.kill();
    await child.ended;
    // The reason comes first: a stopped decoder only looks like a broken stream.
    signal.throwIfAborted();
    await report.complete;
    throw error instanceof EngineError ? error : await failure(decoder, child.complaints());
  } finally {
    signal.removeEventListener('abort', child.kill);
    child.kill();
  }
}

async function* sampledFrames(
  child: DecoderProcess,
  report: VideoReport,
  facts: MediaFacts,
): AsyncGenerator<Shot> {
  const bytes = new ByteReader(child.frames);
  const sampling = new Sampling();
  // Frames that cannot be looked at as they come are read into the same memory, one after the other.
  let raw = new Uint8Array(0);
  for (let first = true; ; first = false) {
    const shape = await child.shapes.next();
    if (!shape) return;
    const { width, height, bits } = shape;
    if (width * height > LIMITS.videoPixels) {
      throw new EngineError(
        'too-large',
        `The video has ${width} × ${height} pixels; 4096 × 2304 is the maximum. Send a smaller one.`,
      );
    }
    if (first) Object.assign(facts, { width, height });
    const data = frameBuffers.take(yuvBytes(width, height));
    const plain = isPlain(shape);
    const size = data.length * (bits > 8 ? 2 : 1);
    if (!plain && raw.length !== size) raw = new Uint8Array(size);
    const timeMs = await report.nextPick();
    if (timeMs === undefined || !(await bytes.fill(plain ? data : raw)))
      throw new Error('The decoder reports other frames than it writes.');
    if (!sampling.takes(timeMs)) {
      frameBuffers.give(data);
      continue;
    }
    const image = plain ? yuvImage(width, height, shape.colours, data) : plainImage(raw, shape, data);
    yield {
      // Frames that come earlier in the video may be told of later.
      get frame() {
        return report.frameAt(timeMs);
      },
      timeMs: Math.round(timeMs),
      image,
      jpeg: (turn = 0) => encodeJpeg(turn === 0 ? image : turnedImage(image, turn)),
      release: () => frameBuffers.give(data),
    };
  }
}

/** What to say about a decoder that failed. Its own words are not passed on: they may hold paths. */
async function failure(decoder: Decoder, complaints: string): Promise<EngineError> {
  const trouble = await decoderTrouble(decoder, complaints);
  if (trouble) return trouble;
  if (/matches no streams|no video/i.test(complaints)) {
    return new EngineError('not-media', 'The file has no video track.');
  }
  if (/max pixel count|picture size .* is invalid|cannot allocate memory/i.test(complaints)) {
    return new EngineError('too-large', 'The video has more than 4096 × 2304 pixels. Send a smaller one.');
  }
  return new EngineError(
    'damaged',
    'The video cannot be decoded: it is damaged or incomplete. Send it again.',
  );
}
