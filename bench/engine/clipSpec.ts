import type { Subject } from './portraits';
import { FORMATS, type Format } from './formats';
import { DEFECTS, type Defect } from './timeline';
import { between, seeded } from '../../tools/random';

/** Change it when the drawing changes, so that no clip of an older version is taken from the cache. */
const EDITION = 9;

/** All that makes a clip; the same spec always gives the same clip. */
export interface ClipSpec {
  /** For the file's name and the report, e.g. `017-defocus-female-3`. */
  name: string;
  seed: string;
  subject: Subject;
  bystander: Subject;
  defect: Defect;
  format: Format;
  seconds: number;
  /** Height of the face as a share of the frame's. */
  face: number;
}

/** Writes `count` specs: the people in turn, and every defect in every format as the count grows. */
export function clipSpecs(subjects: [Subject, ...Subject[]], count: number): ClipSpec[] {
  return Array.from({ length: count }, (_, index) => {
    const subject = subjects[index % subjects.length] ?? subjects[0];
    const bystander = subjects[(index + Math.ceil(subjects.length / 2)) % subjects.length] ?? subjects[0];
    const defect = DEFECTS[index % DEFECTS.length] ?? DEFECTS[0];
    const format = FORMATS[(index * 7) % FORMATS.length] ?? FORMATS[0];
    const name = `${String(index + 1).padStart(3, '0')}-${defect.replaceAll(' ', '-')}-${subject.name}`;
    const seed = `${EDITION} ${name} ${format.name}`;
    const random = seeded(`${seed} script`);
    return {
      name,
      seed,
      subject,
      bystander,
      defect,
      format,
      seconds: format.fps >= 50 ? 2.4 : between(random, 2.6, 3.4),
      // Two people only fit into the picture when they stand further away.
      face:
        between(random, 0.4, 0.5) *
        (format.width < format.height ? 0.9 : 1.1) *
        (defect === 'second person' || defect === 'passer-by' ? 0.75 : 1),
    };
  });
}
