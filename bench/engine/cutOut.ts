import sharp from 'sharp';
import { boundsOf } from '@ozflow/oz-sandbox/engine/face/index';
import type { Subject } from './portraits';

/** Sides of a head with its hair against those of its face. */
const HEAD = { width: 1.4, height: 1.5, above: 0.35 };

/** A person's head, cut out with a soft oval, with a face of the given height in pixels. */
export function cutOutHead({ image, mesh }: Subject, faceHeight: number): sharp.Sharp {
  const bounds = boundsOf(mesh);
  const scale = faceHeight / bounds.height;
  const left = Math.max(0, Math.round(bounds.x - (bounds.width * (HEAD.width - 1)) / 2));
  const top = Math.max(0, Math.round(bounds.y - bounds.height * HEAD.above));
  const box = {
    left,
    top,
    width: Math.min(Math.round(bounds.width * HEAD.width), image.width - left),
    height: Math.min(Math.round(bounds.height * HEAD.height), image.height - top),
  };
  const width = Math.round(box.width * scale);
  const height = Math.round(box.height * scale);
  const mask = Buffer.from(
    `<svg width="${width}" height="${height}"><defs><radialGradient id="g"><stop offset="0.9" stop-color="#fff"/>` +
      `<stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient></defs>` +
      `<ellipse cx="${width / 2}" cy="${height / 2}" rx="${width / 2}" ry="${height / 2}" fill="url(#g)"/></svg>`,
  );
  return sharp(image.data, { raw: { width: image.width, height: image.height, channels: 3 } })
    .extract(box)
    .resize(width, height)
    .ensureAlpha()
    .composite([{ input: mask, blend: 'dest-in' }]);
}
