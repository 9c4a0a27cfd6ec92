import type { AnalysisRecord, MediaRecord, PersonRecord, ResultMedia } from '../store/records';
import { likenessData } from './likeness';
import type { AnalysisContext, Outcome } from './outcome';
import { AnalysisError, SIMILARITY_THRESHOLD } from './outcome';

interface Hit {
  person: PersonRecord;
  likeness: number;
}

/**
 * Blacklist: each face is compared with every person of one collection, or of all collections of the company
 * (docs/oz-api.md 3.5.5, 4.2). A match declines. Old clients send `decision_threshold` and `decision_count` in `params`.
 */
export async function collectionSearch(
  analysis: AnalysisRecord,
  media: MediaRecord[],
  context: AnalysisContext,
): Promise<Outcome> {
  const { decision_threshold: asked, decision_count: count } = analysis.params;
  const threshold = typeof asked === 'number' ? asked : SIMILARITY_THRESHOLD;
  const maxMatches = typeof count === 'number' ? Math.floor(count) : Infinity;
  const people = peopleOf(analysis, context);
  const reports = await Promise.all(media.map((item) => context.report(item)));
  const outcome: Outcome = { resolution: 'SUCCESS', resultsMedia: [], resultsData: null };
  for (const [index, item] of media.entries()) {
    const descriptor = reports[index]?.descriptor;
    if (descriptor === undefined) continue;
    const likeness = context.controls(item).similarity;
    const hits = nearest(
      new Float32Array(descriptor),
      people,
      (a, b) => likeness ?? context.similarity(a, b),
    );
    const matches = hits.filter((hit) => hit.likeness >= threshold).slice(0, maxMatches);
    if (matches.length > 0) outcome.resolution = 'DECLINED';
    outcome.resultsMedia.push(...resultsOf(item, matches, hits[0]));
  }
  if (outcome.resultsMedia.length === 0) throw new AnalysisError(4, 'No media of this analysis shows a face');
  return outcome;
}

function peopleOf(
  { params }: AnalysisRecord,
  { workspace: { store }, companyId }: AnalysisContext,
): PersonRecord[] {
  const wanted = params['collection_id'];
  return [...store.all('collections')]
    .filter((item) =>
      typeof wanted === 'string' ? item.collectionId === wanted : item.companyId === companyId,
    )
    .flatMap(({ personIds }) => personIds.flatMap((id) => store.get('persons', id) ?? []));
}

/** People with a picture, the most similar first; a person is as similar as the best of the pictures. */
function nearest(
  face: Float32Array,
  people: readonly PersonRecord[],
  similarity: (a: Float32Array, b: Float32Array) => number,
): Hit[] {
  return people
    .flatMap((person) => {
      if (person.images.length === 0) return [];
      const likeness = person.images.map(({ descriptor }) => similarity(face, new Float32Array(descriptor)));
      return [{ person, likeness: Math.max(...likeness) }];
    })
    .sort((a, b) => b.likeness - a.likeness);
}

/**
 * One result for each match; without a match, one that says how similar the most similar person was, and names
 * nobody.
 */
function resultsOf(
  { mediaId, mediaType }: MediaRecord,
  matches: Hit[],
  best: Hit | undefined,
): ResultMedia[] {
  if (matches.length === 0)
    return [{ mediaId, mediaType, resultsData: best === undefined ? {} : likenessData([best.likeness]) }];
  return matches.map((hit) => ({
    mediaId,
    mediaType,
    resultsData: likenessData([hit.likeness]),
    personId: hit.person.personId,
    collectionId: hit.person.collectionId,
  }));
}
