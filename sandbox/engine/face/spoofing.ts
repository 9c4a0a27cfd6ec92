/**
 * A probability of an attack without a model behind it: always that of a live person, between 0.02 and 0.12, the same
 * for the same face. No liveness model was found whose weights' licence and training pictures are stated (see
 * THIRD_PARTY.md), so flows get a made-up number that is marked as such, and tell the sandbox which verdict they
 * want.
 *
 * @param descriptor The best shot's, from `describeFace`; absent without a face.
 */
export function simulatedSpoofing(descriptor?: Float32Array): { value: number; simulated: true } {
  const sum = descriptor?.reduce((total, value) => total + Math.abs(value), 0) ?? 0;
  return { value: (2 + (Math.round(sum * 100) % 11)) / 100, simulated: true };
}
