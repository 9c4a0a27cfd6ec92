import { similarity } from './face';
import { SAME_PERSON } from './people';
import { quantile } from './quality/curves';

/**
 * Those of several looks at one person that do not look like most of the others, though most look alike: one scene that runs
 * into the next, or a hand before the face that nothing else tells. ISO/IEC 29794-1 calls a sample good when it compares well
 * with the others of the same person.
 *
 * @param describe What `similarity` compares.
 */
export function strangersAmong<Look>(looks: Look[], describe: (look: Look) => Float32Array): Set<Look> {
  const described = looks.map((look) => ({ look, description: describe(look) }));
  const strangers = described.filter((one) => {
    const alike = described
      .filter((other) => other !== one)
      .map((other) => similarity(one.description, other.description));
    return alike.length > 1 && quantile(alike, 0.5) < SAME_PERSON;
  });
  // Where hardly any two are alike, none of them is the odd one.
  return new Set(2 * strangers.length < looks.length ? strangers.map(({ look }) => look) : []);
}
