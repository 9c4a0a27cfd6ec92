import type { AnalysisContext, Outcome } from './outcome';
import { AnalysisError } from './outcome';

/**
 * The sandbox reads no documents. It returns the text fields it was given in `folder:meta_data.sandbox.documents`
 * (shape: docs/oz-api.md 3.5.4), says that they are simulated, and fails without them rather than make something up.
 */
export async function documents(
  _analysis: unknown,
  _media: unknown,
  context: AnalysisContext,
): Promise<Outcome> {
  const given = context.controls().documents;
  if (given === undefined) {
    throw new AnalysisError(
      2,
      'The sandbox cannot read documents; give the text fields to return in folder:meta_data.sandbox.documents',
    );
  }
  const fields = Object.entries(given).map(([name, value]) => ({
    field_name: name,
    visual: value,
    mrz: value,
  }));
  return { resolution: 'SUCCESS', resultsMedia: [], resultsData: { text_fields: fields, simulated: true } };
}
