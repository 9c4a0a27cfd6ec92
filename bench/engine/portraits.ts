import { readdir, readFile } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import sharp from 'sharp';
import {
  boundsOf,
  landmark,
  measureExpression,
  measureGaze,
  regionOfBox,
  regionOfMesh,
  type FaceMesh,
  type FaceModels,
  type Pose,
  type RgbImage,
} from '@ozflow/oz-sandbox/engine/face/index';
import { lookAside } from '@ozflow/oz-sandbox/engine/quality/gaze';

/** One person the clips are made from. */
export interface Subject {
  name: string;
  path: string;
  /** What `people.txt` says, for the results by group. */
  groups: string[];
  image: RgbImage;
  mesh: FaceMesh;
  /** How the head is turned in the photo itself. */
  pose: Pose;
  /** How far to the right edge of the photo the eyes look past the camera, in widths of an eye. */
  aside: number;
  /** Width of the mouth, see the engine's `Expression`: what smiles is wide. */
  mouthWidth: number;
  /** Which side of the face is the darker one in the photo: -1 the left as seen, 1 the right, 0 neither. */
  darker: number;
}

/** Countries by the region the results are grouped under; a rough stand-in for skin colour and features. */
const REGIONS: Record<string, string> = {
  Africa:
    'Angola|Botswana|Benin|Cote d.Ivoire|Democratic Republic of the Congo|Djibouti|Eswatini|Gabon|Gambia|Malawi|' +
    'Mauritania|Mayotte|Mozambique|Namibia|Rwanda|Senegal|Seychelles|South Sudan|Zimbabwe',
  'America and Caribbean':
    'Argentina|Bahamas|Bermuda|Bolivia|Dominica|Guyana|Haiti|Jamaica|Nicaragua|Panama|Paraguay|Peru|Puerto Rico|' +
    'Sint Maarten|Trinidad|Turks and Caicos|Saint Pierre',
  'East Asia and Pacific': 'Brunei|Cocos|Fiji|Japan|Lao|Marshall|Mongolia|Nauru|New Zealand|Thailand|Vanuatu',
  'West, Central and South Asia, North Africa':
    'Egypt|Israel|Kuwait|Kyrgyz|Nepal|Oman|Pakistan|Palestine|Qatar|Yemen',
  Europe: '.*',
};

function groupsOf(description: string | undefined): string[] {
  const match = /^(\d+)-year-old (man|woman|boy|girl) from (.+)$/.exec(description?.trim() ?? '');
  if (!match) return [];
  const [, years, word, country = ''] = match;
  const age = Number(years);
  const band = age < 30 ? 'under 30' : age < 50 ? '30 to 49' : '50 and over';
  const region = Object.entries(REGIONS).find(([, names]) => new RegExp(names).test(country))?.[0] ?? '';
  return [word === 'man' || word === 'boy' ? 'male' : 'female', `age ${band}`, region];
}

async function descriptions(folder: string): Promise<Map<string, string>> {
  const text = await readFile(join(folder, 'people.txt'), 'utf8').catch(() => '');
  const lines = text.split('\n').flatMap((line) => {
    const [name, ...words] = line.split(' ');
    return name && words.length > 0 ? [[name, words.join(' ')] as const] : [];
  });
  return new Map(lines);
}

/**
 * The people whose pictures lie in `folder`, in natural order of their names. Pictures without a face are left
 * out with a line on the console.
 */
export async function loadSubjects(folder: string, models: FaceModels): Promise<[Subject, ...Subject[]]> {
  const people = await descriptions(folder);
  const names = (await readdir(folder)).filter((name) => /\.(jpe?g|png)$/i.test(name));
  names.sort(new Intl.Collator('en', { numeric: true }).compare);
  const subjects: Subject[] = [];
  for (const file of names) {
    const path = join(folder, file);
    const name = basename(file, extname(file));
    const image = await readPicture(path);
    const mesh = await fit(image, models);
    if (!mesh) {
      console.error(`${file}: no face found, left out.`);
      continue;
    }
    const pose = models.pose(mesh);
    const gaze = measureGaze(mesh);
    subjects.push({
      name,
      path,
      groups: groupsOf(people.get(name)),
      image,
      mesh,
      pose,
      aside: gaze ? lookAside(gaze, pose) : 0,
      mouthWidth: measureExpression(mesh, models.canonical).mouthWidth,
      darker: darkerSide(image, mesh),
    });
  }
  const [first, ...others] = subjects;
  if (!first) throw new Error(`No picture with a face in ${folder}.`);
  return [first, ...others];
}

async function readPicture(path: string): Promise<RgbImage> {
  const { data, info } = await sharp(path)
    .rotate()
    .removeAlpha()
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  return { format: 'rgb', width: info.width, height: info.height, data };
}

async function fit(image: RgbImage, models: FaceModels): Promise<FaceMesh | undefined> {
  const [box] = await models.detect(image);
  if (!box) return undefined;
  const first = await models.mesh(image, regionOfBox(box));
  const mesh = await models.mesh(image, regionOfMesh(first));
  return mesh.presence > 0.5 ? mesh : undefined;
}

/** Difference of brightness between the halves that counts, as a share. */
const UNEVEN = 0.06;

function darkerSide(image: RgbImage, mesh: FaceMesh): number {
  const bounds = boundsOf(mesh);
  const nose = landmark(mesh, 1).x;
  const sums = [0, 0];
  const counts = [0, 0];
  for (let y = Math.round(bounds.y + bounds.height * 0.2); y < bounds.y + bounds.height * 0.8; y++) {
    for (let x = Math.round(bounds.x + bounds.width * 0.1); x < bounds.x + bounds.width * 0.9; x++) {
      const half = x < nose ? 0 : 1;
      const at = (y * image.width + x) * 3;
      sums[half] =
        (sums[half] ?? 0) + (image.data[at] ?? 0) + (image.data[at + 1] ?? 0) + (image.data[at + 2] ?? 0);
      counts[half] = (counts[half] ?? 0) + 3;
    }
  }
  const [left = 0, right = 0] = sums.map((sum, half) => sum / Math.max(1, counts[half] ?? 0));
  if (Math.abs(left - right) < UNEVEN * Math.max(left, right)) return 0;
  return left < right ? -1 : 1;
}
