import type { Json, JsonObject, PersonHit } from '../model';
import { omitUndefined } from '../omitUndefined';
import { asObject, isJsonObject, numberOf, textOf } from './shapes';

/**
 * The persons a blacklist analysis found. Where `person_id` sits is not documented (docs/oz-api.md 3.5.5), so the whole
 * subtree is searched; collection and similarity are taken from the nearest place that has them.
 */
export function readPersonHits(analysis: JsonObject): PersonHit[] {
  const hits = new Map<string, PersonHit>();
  visit(analysis, textOf(asObject(analysis['params']), 'collection_id'), undefined);
  return [...hits.values()];

  function visit(json: Json, collectionId: string | undefined, similarity: number | undefined): void {
    if (Array.isArray(json)) for (const one of json) visit(one, collectionId, similarity);
    if (!isJsonObject(json)) return;
    const collection =
      textOf(json, 'collection_id') ?? textOf(asObject(json['collection']), 'collection_id') ?? collectionId;
    const near = similarityOf(json) ?? similarityOf(asObject(json['results_data'])) ?? similarity;
    const personId = textOf(json, 'person_id');
    if (personId !== undefined) {
      const known = hits.get(personId)?.similarity;
      const best = known === undefined || (near !== undefined && near > known) ? near : known;
      hits.set(personId, omitUndefined({ personId, collectionId: collection, similarity: best }));
    }
    for (const value of Object.values(json)) visit(value, collection, near);
  }
}

function similarityOf(json: JsonObject): number | undefined {
  return numberOf(json, 'max_confidence', 'similarity', 'confidence', 'min_confidence');
}
