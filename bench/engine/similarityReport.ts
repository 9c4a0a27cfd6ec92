import {
  describeFace,
  regionOfBox,
  regionOfMesh,
  similarity,
  type FaceModels,
  type YuvImage,
} from '@ozflow/oz-sandbox/engine/face/index';
import { makeFramePainter } from './framePainter';
import type { Subject } from './portraits';
import { CALM, type Look } from './frameLook';
import { mean } from 'simple-statistics';
import { table } from '../table';

/** Score from which two faces count as the same person: the Oz default threshold of biometry. */
const THRESHOLD = 0.85;

/** The same person in other frames: turned, nodding, in other light, smaller, talking, blinking, blurred. */
const VIEWS: readonly Partial<Look>[] = [
  { yaw: 10 },
  { yaw: -10 },
  { pitch: 8 },
  { pitch: -8 },
  { roll: 12 },
  { stops: -1 },
  { stops: 0.8 },
  { side: 0.35 },
  { scale: 0.5 },
  { mouth: 0.3 },
  { eyes: 0.5 },
  { defocus: 0.006 },
  { noise: 5 },
];

/** How alike frames of one person and frames of different people score. */
export async function similarityReport(subjects: Subject[], models: FaceModels): Promise<string> {
  const stills: { name: string; descriptor: Float32Array }[] = [];
  const same: number[] = [];
  for (const subject of subjects) {
    const size = { width: 480, height: 640, face: 0.45, smallest: 0.5 };
    const painter = await makeFramePainter(`similarity ${subject.name}`, size, subject);
    const still = await describe(painter.draw(CALM).frame, models);
    if (!still) continue;
    stills.push({ name: subject.name, descriptor: still });
    for (const view of VIEWS) {
      const other = await describe(painter.draw({ ...CALM, ...view }).frame, models);
      same.push(other ? similarity(still, other) : 0);
    }
  }
  const different = stills.flatMap((a, index) =>
    stills.slice(index + 1).map((b) => similarity(a.descriptor, b.descriptor)),
  );
  return [
    '## Face similarity',
    '',
    `Same person: a still of each person against ${VIEWS.length} other views of that person. Different people: every pair of people.`,
    `A score is right if it is at least ${THRESHOLD} for the same person and less for different people. These scores do not come`,
    'from a face recognition model; they are marked as simulated.',
    '',
    table(
      ['Pairs', 'number', 'right', 'least', 'lowest 1 %', 'mean', 'highest 1 %', 'most'],
      [
        row('same person', same, (score) => score >= THRESHOLD),
        row('different people', different, (score) => score < THRESHOLD),
      ],
    ),
  ].join('\n');
}

async function describe(image: YuvImage, models: FaceModels): Promise<Float32Array | undefined> {
  const [box] = await models.detect(image);
  if (!box) return undefined;
  const first = await models.mesh(image, regionOfBox(box));
  const mesh = await models.mesh(image, regionOfMesh(first));
  return describeFace(image, mesh, models.canonical);
}

function row(name: string, scores: number[], right: (score: number) => boolean): string[] {
  const sorted = [...scores].sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.round(share * (sorted.length - 1))] ?? NaN).toFixed(3);
  const share = (100 * scores.filter(right).length) / scores.length;
  return [
    name,
    String(scores.length),
    `${share.toFixed(1)} %`,
    at(0),
    at(0.01),
    mean(scores).toFixed(3),
    at(0.99),
    at(1),
  ];
}
