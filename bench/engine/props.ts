import sharp from 'sharp';
import type { Point } from '@ozflow/oz-sandbox/engine/face/index';
import { pick, type Random } from '../../tools/random';

/** Something that is held before the mouth. */
interface Prop {
  picture: sharp.Sharp;
  /** The point that comes before the mouth, as shares of the picture's sides. */
  middle: Point;
}

/** The drawings are made for a face of this width. */
const FACE_WIDTH = 200;

/** Draws a phone, a cup or a microphone for a face of the given width in pixels. */
export function drawProp(random: Random, faceWidth: number): Prop {
  const draw = pick(random, [phone, cup, microphone]);
  const { svg, width, height, middle } = draw(pick(random, COLOURS));
  const scale = faceWidth / FACE_WIDTH;
  const text =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${Math.round(width * scale)}" height="${Math.round(height * scale)}" ` +
    `viewBox="0 0 ${width} ${height}">${svg}</svg>`;
  return { picture: sharp(Buffer.from(text)), middle: { x: middle.x / width, y: middle.y / height } };
}

interface Drawing {
  svg: string;
  width: number;
  height: number;
  middle: Point;
}

const COLOURS = ['#23262b', '#8a1f2d', '#e9e6df', '#2f5d8a'] as const;

/** Light and shade across something round. */
function round(id: string, colour: string): string {
  const stop = (offset: number, black: number, white: number): string =>
    `<stop offset="${offset}" stop-color="${white > 0 ? '#fff' : '#000'}" stop-opacity="${white || black}"/>`;
  return (
    `<linearGradient id="${id}base"><stop stop-color="${colour}"/></linearGradient>` +
    `<linearGradient id="${id}">${stop(0, 0.5, 0)}${stop(0.3, 0, 0.25)}${stop(0.5, 0, 0.02)}${stop(1, 0.6, 0)}</linearGradient>`
  );
}

/** A phone seen from behind, as somebody holds it who films, with two lenses. */
function phone(colour: string): Drawing {
  const lens = (y: number): string =>
    `<circle cx="24" cy="${y}" r="9" fill="#0b0d10"/><circle cx="24" cy="${y}" r="5" fill="#1d2b40"/><circle cx="22" cy="${y - 2}" r="1.5" fill="#9ab"/>`;
  return {
    svg:
      `<defs><linearGradient id="g" x2="1" y2="1"><stop stop-color="#fff" stop-opacity=".25"/><stop offset=".5" stop-color="#fff" stop-opacity=".03"/><stop offset="1" stop-opacity=".35"/></linearGradient></defs>` +
      `<rect x="1" y="1" width="108" height="218" rx="14" fill="${colour}"/><rect x="1" y="1" width="108" height="218" rx="14" fill="url(#g)" stroke="#111" stroke-width="1.5"/>` +
      `<rect x="8" y="8" width="32" height="58" rx="10" fill="#000" fill-opacity=".35"/>${lens(23)}${lens(50)}`,
    width: 110,
    height: 220,
    middle: { x: 55, y: 110 },
  };
}

/** A mug. */
function cup(colour: string): Drawing {
  return {
    svg:
      `<defs>${round('r', colour)}</defs><path d="M118 40q40-4 38 30t-42 34" fill="none" stroke="${colour}" stroke-width="13"/>` +
      `<path d="M118 40q40-4 38 30t-42 34" fill="none" stroke="#000" stroke-opacity=".25" stroke-width="13"/>` +
      ['url(#rbase)', 'url(#r)']
        .map((fill) => `<path d="M4 16v108q0 14 56 14t56-14V16z" fill="${fill}"/>`)
        .join('') +
      `<ellipse cx="60" cy="16" rx="56" ry="11" fill="${colour}"/><ellipse cx="60" cy="17" rx="50" ry="8" fill="#2a1a12"/>`,
    width: 160,
    height: 140,
    middle: { x: 60, y: 60 },
  };
}

/** A microphone that comes from below, with the mesh of its head. */
function microphone(): Drawing {
  return {
    svg:
      `<defs><radialGradient id="m" cx=".38" cy=".35"><stop stop-color="#aab0b6"/><stop offset=".6" stop-color="#5a6066"/><stop offset="1" stop-color="#1c1f22"/></radialGradient>` +
      `<pattern id="p" width="5" height="5" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><path d="M0 0h5M0 0v5" stroke="#000" stroke-opacity=".55" stroke-width="1.6"/></pattern>${round('h', '#1b1d20')}</defs>` +
      ['url(#hbase)', 'url(#h)']
        .map((fill) => `<path d="M28 84 40 620h26L78 84z" fill="${fill}"/>`)
        .join('') +
      `<circle cx="53" cy="53" r="52" fill="url(#m)"/><circle cx="53" cy="53" r="52" fill="url(#p)"/><rect x="6" y="70" width="94" height="13" rx="5" fill="#2b2e31"/>`,
    width: 106,
    height: 620,
    middle: { x: 53, y: 50 },
  };
}
