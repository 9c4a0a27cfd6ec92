import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { mediaTypeOf } from '@ozflow/oz-sandbox/engine/media/mediaTypes';
import { mediaType } from '../../client/mediaType';
import { ffmpeg } from '../sandbox/engine/support/ffmpeg';
import { scratchFolder } from '../sandbox/engine/support/folder';
import { zipOf } from '../sandbox/engine/support/zip';

type Answer =
  'mediaHeic' | 'mediaPhotoType' | 'mediaVideoType' | 'mediaSound' | 'mediaArchive' | `${string}/${string}`;

const VIDEO = ['-f', 'lavfi', '-i', 'testsrc2=size=64x48:rate=24:duration=0.3'];
const TONE = ['-f', 'lavfi', '-i', 'sine=duration=0.3'];
const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];

/** What ffmpeg writes, by file name. */
const WRITTEN: Record<string, readonly [args: string[], answer: Answer]> = {
  'a.mp4': [[...VIDEO, ...X264], 'video/mp4'],
  'a.m4v': [[...VIDEO, ...X264], 'video/mp4'],
  'a.mov': [[...VIDEO, ...X264], 'video/quicktime'],
  'a.3gp': [[...VIDEO, ...X264], 'video/3gpp'],
  'a.3g2': [[...VIDEO, ...X264], 'video/3gpp2'],
  'a.mkv': [[...VIDEO, ...X264], 'video/x-matroska'],
  'a.webm': [[...VIDEO, '-c:v', 'libvpx'], 'video/webm'],
  'a.avi': [[...VIDEO, '-c:v', 'mpeg4'], 'video/x-msvideo'],
  'one.mpg': [[...VIDEO, '-c:v', 'mpeg1video', '-f', 'mpeg'], 'video/mpeg'],
  'two.mpg': [[...VIDEO, '-c:v', 'mpeg2video', '-f', 'vob'], 'video/mpeg'],
  'a.ogv': [[...VIDEO, '-c:v', 'libtheora'], 'video/ogg'],
  'a.wmv': [[...VIDEO, '-c:v', 'wmv2'], 'video/x-ms-wmv'],
  'a.flv': [[...VIDEO, '-c:v', 'flv'], 'mediaVideoType'],
  'a.ts': [[...VIDEO, ...X264, '-f', 'mpegts'], 'mediaVideoType'],
  'a.m2ts': [[...VIDEO, ...X264, '-f', 'mpegts', '-mpegts_m2ts_mode', '1'], 'mediaVideoType'],
  'vp8.ogv': [[...VIDEO, '-c:v', 'libvpx', '-f', 'ogg'], 'video/ogg'],
  'a.m2v': [[...VIDEO, '-c:v', 'mpeg2video', '-f', 'mpeg2video'], 'mediaVideoType'],
  'a.m4a': [TONE, 'mediaSound'],
  'a.mp3': [TONE, 'mediaSound'],
  'a.wav': [TONE, 'mediaSound'],
  'a.aiff': [TONE, 'mediaSound'],
  'a.caf': [TONE, 'mediaSound'],
  'a.flac': [TONE, 'mediaSound'],
  'a.aac': [TONE, 'mediaSound'],
  'a.ogg': [[...TONE, '-c:a', 'libvorbis'], 'mediaSound'],
  'a.opus': [TONE, 'mediaSound'],
  'a.wma': [TONE, 'mediaSound'],
};
const PICTURES: readonly ['jpeg' | 'png' | 'webp' | 'avif' | 'gif' | 'tiff', Answer][] = [
  ['jpeg', 'image/jpeg'],
  ['png', 'image/png'],
  ['webp', 'mediaPhotoType'],
  ['avif', 'mediaPhotoType'],
  ['gif', 'mediaPhotoType'],
  ['tiff', 'mediaPhotoType'],
];
/** Brands as cameras and programs write them: the major one, and the compatible ones after it. */
const BRANDS: Record<string, Answer> = {
  isommp41: 'video/mp4',
  mp42isom: 'video/mp4',
  avc1isom: 'video/mp4',
  dashiso6: 'video/mp4',
  MSNVmp42: 'video/mp4',
  'M4V M4V ': 'video/mp4',
  'qt  qt  ': 'video/quicktime',
  '3gp4isom': 'video/3gpp',
  '3g2akddi': 'video/3gpp2',
  heicmif1: 'mediaHeic',
  heixmif1: 'mediaHeic',
  hevchevc: 'mediaHeic',
  mif1heic: 'mediaHeic',
  msf1hevc: 'mediaHeic',
  avifmif1: 'mediaPhotoType',
  avisavif: 'mediaPhotoType',
  mif1avif: 'mediaPhotoType',
  avcimif1: 'mediaPhotoType',
  jpegmif1: 'mediaPhotoType',
  tmapmif1: 'mediaPhotoType',
  '1picmif1': 'mediaPhotoType',
  'crx isom': 'mediaPhotoType',
  'M4A isom': 'mediaSound',
  'M4B isom': 'mediaSound',
};
/** What a file of the ISO family begins with when it does not begin with its brand. */
const BOXES: Record<string, Answer> = {
  moov: 'video/quicktime',
  mdat: 'video/quicktime',
  wide: 'video/quicktime',
  free: 'video/quicktime',
  skip: 'video/quicktime',
  pnot: 'video/quicktime',
  styp: 'video/mp4',
  moof: 'video/mp4',
  sidx: 'video/mp4',
};

/** How pictures and sounds begin that no program here writes, in Latin-1. */
const BEGINNINGS: Record<string, readonly [begins: string, answer: Answer]> = {
  'TIFF of a camera, big endian': ['MM\0*\0\0\0\x08', 'mediaPhotoType'],
  'TIFF whose contents come last': ['II*\0\xf0\xff\xff\0', 'mediaPhotoType'],
  BigTIFF: ['II+\0\x08\0\0\0', 'mediaPhotoType'],
  CR2: ['II*\0\x10\0\0\0CR\x02\0', 'mediaPhotoType'],
  ORF: ['IIRO\x08\0\0\0', 'mediaPhotoType'],
  RW2: ['IIU\0\x18\0\0\0', 'mediaPhotoType'],
  RAF: ['FUJIFILMCCD-RAW 0201', 'mediaPhotoType'],
  'JPEG XL': ['\xff\x0a\xfa\x1f\x41\x91', 'mediaPhotoType'],
  'JPEG XL in boxes': ['\0\0\0\x0cJXL \r\n\x87\n\0\0\0\x14ftypjxl ', 'mediaPhotoType'],
  'JPEG 2000': ['\0\0\0\x0cjP  \r\n\x87\n\0\0\0\x14ftypjp2 ', 'mediaPhotoType'],
  'JPEG 2000 without boxes': ['\xff\x4f\xff\x51\0\x2f', 'mediaPhotoType'],
  'JPEG-LS': ['\xff\xd8\xff\xf7\0\x0b\x08', 'mediaPhotoType'],
  'PNG of an iOS app': ['\x89PNG\r\n\x1a\n\0\0\0\x04CgBI\x50\0\x20\x02', 'mediaPhotoType'],
  Photoshop: ['8BPS\0\x01', 'mediaPhotoType'],
  PDF: ['%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj', 'mediaPhotoType'],
  AMR: ['#!AMR\n', 'mediaSound'],
  'a tar archive': [`${'a.jpg'.padEnd(257, '\0')}ustar\x0000`, 'mediaArchive'],
};
/** How what is no media begins. */
const OTHERS: Record<string, string> = {
  'a web page': '<html><body>Not found</body></html>',
  JSON: '{"error_code": 3}',
  'SVG, a drawing': '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
  'text in UTF-16': '\xff\xfeh\0e\0l\0l\0o\0',
  'a picture that was saved as text': '\xef\xbb\xbf\xff\xd8\xff\xe0',
  'an office document': `PK\x03\x04${'\0'.repeat(26)}[Content_Types].xml`,
  'an open document': `PK\x03\x04${'\0'.repeat(26)}mimetypeapplication/vnd.oasis.opendocument.text`,
};

describe('Types of media', function () {
  this.timeout(60_000);
  const path = scratchFolder();

  /** What the palette and the sandbox say, after seeing that it is the same. */
  async function agreed(data: Buffer): Promise<Answer | undefined> {
    const sent = mediaType(data);
    const read = await mediaTypeOf(data);
    assert.equal(read?.kind === 'refused', sent?.refusal !== undefined, 'taken by one, refused by the other');
    assert.equal(read === undefined, sent === undefined, 'known to one only');
    if (read && read.kind !== 'refused') assert.equal(read.mimeType, sent?.contentType);
    if (read?.kind === 'refused') assert.match(read.advice, ADVICE[sent?.refusal ?? ''] ?? /^$/);
    return sent?.refusal ?? (sent?.contentType as Answer | undefined);
  }

  for (const [name, [args, answer]] of Object.entries(WRITTEN)) {
    it(`${name}: ${answer}`, async () => {
      await ffmpeg(...args, path(name));
      assert.equal(await agreed(await readFile(path(name))), answer);
    });
  }
  for (const [format, answer] of PICTURES) {
    it(`${format}: ${answer}`, async () => {
      const picture = sharp({ create: { width: 64, height: 48, channels: 3, background: '#a64' } });
      assert.equal(await agreed(await picture.toFormat(format).toBuffer()), answer);
    });
  }
  for (const [brands, answer] of Object.entries(BRANDS)) {
    it(`brand ${brands}: ${answer}`, async () => {
      const brand = Buffer.from(`${brands.slice(0, 4)}\0\0\0\0${brands}`, 'latin1');
      assert.equal(await agreed(Buffer.concat([box('ftyp', brand), box('mdat', Buffer.alloc(500))])), answer);
    });
  }
  for (const [name, answer] of Object.entries(BOXES)) {
    it(`first box ${name}: ${answer}`, async () => {
      assert.equal(
        await agreed(Buffer.concat([box(name, Buffer.alloc(16)), box('mdat', Buffer.alloc(500))])),
        answer,
      );
    });
  }
  it('archives', async () => {
    assert.equal(await agreed(await zipOf({ 'a.jpg': Buffer.from('a') })), 'application/zip');
    assert.equal(await agreed(gzipSync(Buffer.alloc(500))), 'mediaArchive');
    assert.equal(await agreed(Buffer.from('526172211a0701003392b5e50a01050600', 'hex')), 'mediaArchive');
    assert.equal(
      await agreed(Buffer.from('377abcaf271c0004a1b2c3d4e5f60708090a0b0c0d0e0f10', 'hex')),
      'mediaArchive',
    );
  });
  for (const [says, [begins, answer]] of Object.entries(BEGINNINGS)) {
    it(`${says}: ${answer}`, async () => {
      assert.equal(await agreed(Buffer.concat([Buffer.from(begins, 'latin1'), Buffer.alloc(500)])), answer);
    });
  }
  for (const [says, begins] of Object.entries(OTHERS)) {
    it(`${says}: no media`, async () => {
      assert.equal(
        await agreed(Buffer.concat([Buffer.from(begins, 'latin1'), Buffer.alloc(500)])),
        undefined,
      );
    });
  }
});

/** The sandbox says the same thing in its own words. */
const ADVICE: Record<string, RegExp> = {
  mediaHeic: /HEIC.*“Most Compatible”.*JPEG/,
  mediaPhotoType: /picture.*JPEG/,
  mediaVideoType: /video.*MP4/,
  mediaSound: /sound/,
  mediaArchive: /archive.*ZIP/,
};

function box(name: string, content: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32BE(content.length + 8, 0);
  head.write(name, 4, 'latin1');
  return Buffer.concat([head, content]);
}
