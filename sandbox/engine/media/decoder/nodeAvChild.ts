import { createWriteStream, writeSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import type { AVPixelFormat, Frame, Packet } from 'node-av';
import { LIMITS } from '../../limits';
import { isContainer, type Container } from '../mediaTypes';
import { addWithResolvers } from '../withResolvers';
import { RGB } from './frameShapes';
import { countsPackets, DECODING_THREADS, filters, skipped, upright, USUAL, type Reading } from './decoder';

/** Frames written but not yet taken before decoding waits: enough to decode on while a frame is analysed. */
const FRAMES_AHEAD = 6;

/** File descriptor of the report. */
const REPORT_FD = 3;

/**
 * The program of the `node-av` decoder, run as a child process: decodes the file named on the command line, if any, and
 * speaks as `Decoder` describes. Its libav writes the report to file descriptor 3 by itself.
 */
async function main(path: string, container: Container, reading: Reading): Promise<void> {
  addWithResolvers();
  const av = await import('node-av').catch((cause: unknown) => {
    throw new Error('node-av cannot be loaded', { cause });
  });
  if (path === '') return;
  const { AV_LOG_ERROR, AV_PKT_DATA_DISPLAYMATRIX, AVCOL_RANGE_JPEG, Decoder, Demuxer, FilterAPI, Log } = av;
  const spaces: Record<number, string> = {
    [av.AVCOL_SPC_UNSPECIFIED]: 'unknown',
    [av.AVCOL_SPC_RESERVED]: 'reserved',
    [av.AVCOL_SPC_BT709]: 'bt709',
    [av.AVCOL_SPC_BT2020_NCL]: 'bt2020nc',
    [av.AVCOL_SPC_BT2020_CL]: 'bt2020c',
    [av.AVCOL_SPC_BT470BG]: 'bt470bg',
    [av.AVCOL_SPC_SMPTE170M]: 'smpte170m',
    [av.AVCOL_SPC_SMPTE240M]: 'smpte240m',
  };
  const primaries: Record<number, string> = {
    [av.AVCOL_PRI_UNSPECIFIED]: 'unknown',
    [av.AVCOL_PRI_RESERVED]: 'reserved',
    [av.AVCOL_PRI_BT709]: 'bt709',
    [av.AVCOL_PRI_BT2020]: 'bt2020',
    [av.AVCOL_PRI_SMPTE431]: 'smpte431',
    [av.AVCOL_PRI_SMPTE432]: 'smpte432',
  };
  const transfers: Record<number, string> = {
    [av.AVCOL_TRC_UNSPECIFIED]: 'unknown',
    [av.AVCOL_TRC_RESERVED]: 'reserved',
    [av.AVCOL_TRC_SMPTE2084]: 'smpte2084',
    [av.AVCOL_TRC_ARIB_STD_B67]: 'arib-std-b67',
  };
  const name = (names: Record<number, string>, value: number): string => names[value] ?? 'other';
  Log.setLevel(AV_LOG_ERROR);
  await text(process.stdin);
  const input = await Demuxer.open(`file:${path}`, {
    format: container,
    options: { protocol_whitelist: 'file', ...(reading.whole && { ignore_editlist: '1' }) },
  });
  const stream = input.streams.find(({ id, codecpar, disposition }) =>
    reading.track === undefined
      ? // The first that is no cover of a recording.
        codecpar.codecType === av.AVMEDIA_TYPE_VIDEO && (disposition & av.AV_DISPOSITION_ATTACHED_PIC) === 0
      : id === reading.track,
  );
  if (!stream) throw new Error('no video');
  const turn = reading.turn ?? upright(stream.codecpar.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX));
  const skip = skipped(container, reading);
  const decoder = await Decoder.create(stream, {
    // What can be decoded of a damaged video is decoded, as by ffmpeg.
    exitOnError: false,
    threadCount: DECODING_THREADS,
    options: {
      max_pixels: LIMITS.videoPixels,
      ...(skip !== undefined && { skip_frame: skip }),
    },
  });
  const filter = FilterAPI.create(filters(container, reading, turn), { threads: 1 });
  const waiting: Promise<void>[] = [];
  const { num, den } = stream.timeBase;
  const startTicks = BigInt(Math.round((input.startTime * den) / num));
  const packets = fromZero(input.packets(stream.index), startTicks, av.AV_NOPTS_VALUE);
  const counted = countsPackets(container, reading) ? told(packets, stream.timeBase) : packets;
  let matrix = '';
  /** The frames as they are to be filtered. */
  async function* shaped(): AsyncGenerator<Frame | null> {
    const ratio = stream?.sampleAspectRatio;
    for await (const frame of decoder.frames(counted)) {
      // The pixels' shape that the file tells, where it does: it comes before the codec's, as with ffmpeg.
      if (frame && ratio && ratio.num > 0) frame.sampleAspectRatio = ratio;
      if (frame) {
        const rgb = RGB.test(av.avGetPixFmtName(frame.format as AVPixelFormat) ?? '');
        matrix = rgb ? 'gbr' : name(spaces, frame.colorSpace);
        // Filters would refuse matrices that they cannot convert, though nothing converts them here.
        if (!rgb) frame.colorSpace = av.AVCOL_SPC_UNSPECIFIED;
      }
      yield frame;
    }
  }
  for await (const frame of filter.frames(shaped())) {
    if (!frame) continue;
    const format = frame.format === av.AV_PIX_FMT_YUV420P10LE ? 'yuv420p10le' : 'yuv420p';
    process.stderr.write(
      `fmt:${format} s:${frame.width}x${frame.height}\n` +
        `color_range:${frame.colorRange === AVCOL_RANGE_JPEG ? 'pc' : 'tv'}` +
        ` color_space:${matrix}` +
        ` color_primaries:${name(primaries, frame.colorPrimaries)}` +
        ` color_trc:${name(transfers, frame.colorTrc)}\n`,
    );
    waiting.push(write(frame.toBuffer()));
    frame.free();
    if (waiting.length > FRAMES_AHEAD) await waiting[waiting.length - 1 - FRAMES_AHEAD];
  }
}

/**
 * The packets with times that count from the beginning of the video, as ffmpeg does it.
 *
 * @param untold What stands for a time that the container does not tell.
 */
async function* fromZero(
  packets: AsyncIterable<Packet | null>,
  startTicks: bigint,
  untold: bigint,
): AsyncGenerator<Packet | null> {
  for await (const packet of packets) {
    if (packet && packet.pts !== untold) packet.pts -= startTicks;
    if (packet && packet.dts !== untold) packet.dts -= startTicks;
    yield packet;
  }
}

/** The packets as they arrive, each reported first. */
async function* told(
  packets: AsyncIterable<Packet | null>,
  tick: { num: number; den: number },
): AsyncGenerator<Packet | null> {
  writeSync(REPORT_FD, `#tb 0: ${tick.num}/${tick.den}\n`);
  for await (const packet of packets) {
    if (packet) writeSync(REPORT_FD, `0, ${packet.dts}, ${packet.pts},\n`);
    yield packet;
  }
}

// Not process.stdout: it blocks this thread until the other side has read.
const output = createWriteStream('', { fd: 1 });

function write(data: Buffer): Promise<void> {
  return new Promise((resolve, reject) => output.write(data, (error) => (error ? reject(error) : resolve())));
}

const [path = '', container = '', reading = ''] = process.argv.slice(2);
// The decoding itself does not keep the process alive.
const alive = setInterval(() => {}, 60_000);
main(
  path,
  isContainer(container) ? container : 'mov',
  reading === '' ? USUAL : (JSON.parse(reading) as Reading),
)
  .catch((error: unknown) => {
    process.exitCode = 1;
    process.stderr.write(String(error));
  })
  .finally(() => {
    clearInterval(alive);
    // What is still queued is written before the process ends by itself.
    output.end();
  });
