import type { VideoContents } from './videoContents';

/**
 * Where frames of an MP4 or MOV begin in the file (ISO/IEC 14496-12, 8.7).
 *
 * @param numbers Counted from 1, ascending.
 * @throws RangeError where the tables do not go so far.
 */
export function* placesOfSamples(contents: VideoContents, numbers: readonly number[]): Generator<number> {
  const [sizes] = contents.inSampleTable('stsz');
  const [runs] = contents.inSampleTable('stsc');
  const [near] = contents.inSampleTable('stco');
  const [far] = contents.inSampleTable('co64');
  const chunks = near ?? far;
  if (!sizes || !runs || !chunks) throw new RangeError('There is no table of samples.');
  const placeOf = (chunk: number): number =>
    near ? chunks.readUInt32BE(8 + chunk * 4) : Number(chunks.readBigUInt64BE(8 + chunk * 8));
  const uniform = sizes.readUInt32BE(4);
  // Of the run of chunks that hold equally many samples.
  let run = 0;
  let [chunk, first] = [0, 1];
  for (const number of numbers) {
    for (;;) {
      const next = 8 + (run + 1) * 12;
      if (next < runs.length && chunk + 1 >= runs.readUInt32BE(next)) run++;
      const held = runs.readUInt32BE(8 + run * 12 + 4);
      if (held === 0 || chunk >= chunks.readUInt32BE(4))
        throw new RangeError('There are not so many samples.');
      if (number < first + held) break;
      chunk++;
      first += held;
    }
    let at = placeOf(chunk) + uniform * (number - first);
    for (let before = uniform === 0 ? first : number; before < number; before++) {
      at += sizes.readUInt32BE(8 + before * 4);
    }
    yield at;
  }
}
