import type { FastifyInstance } from 'fastify';
import { EngineError } from '../../engine/types';
import type { MediaReport } from '../../engine/types';
import type { Context } from '../context';
import { SIMILARITY_THRESHOLD, SPOOFING_THRESHOLD } from '../jobs/outcome';
import { LiteError } from './errors';
import type { LiteProcessor } from './errors';
import { IMAGE_TYPES, imageOf, partsOf, wantsBase64 } from './input';
import { decodeTemplate, encodeTemplate } from './template';

/** Below this a comparison is left to a person; where the real server's limits are is not known. */
const OPERATOR_THRESHOLD = 0.7;

/**
 * Oz API Lite (docs/oz-api.md 5.6): stateless, one image, no sign-in. It shares the API's address; nothing of a
 * request is kept.
 */
export function liteRoutes(app: FastifyInstance, context: Context): void {
  const { engine, similarity, anonymous } = context;

  const look = async (image: Buffer, processor: LiteProcessor): Promise<MediaReport> => {
    let report: MediaReport;
    try {
      report = await anonymous.run(() => engine.analyze({ data: image }));
    } catch (error) {
      throw error instanceof EngineError && error.code !== 'internal'
        ? new LiteError(processor, '002003')
        : error;
    }
    if (report.kind !== 'image') throw new LiteError(processor, '002003');
    if (report.bestShot === undefined || report.descriptor === undefined) {
      throw new LiteError(processor, '003002');
    }
    if (report.bestShot.faces > 1) throw new LiteError(processor, '003003');
    return report;
  };
  const describe = async (image: Buffer): Promise<Float32Array> =>
    (await look(image, 'BPE')).descriptor ?? new Float32Array();

  app.get('/version', async () => ({
    core: 'oz-sandbox',
    tfss: 'none',
    models: [{ name: 'simulated', version: '1' }],
  }));
  for (const processor of ['pattern', 'liveness']) {
    app.get(`/v1/face/${processor}/health`, async () => ({ status: 0, message: '' }));
  }

  app.post('/v1/face/pattern/extract', async (request, reply) => {
    const template = encodeTemplate(await describe(await imageOf(request, 'BPE')));
    reply.type('application/octet-stream');
    return wantsBase64(request)
      ? reply.header('Content-Transfer-Encoding', 'base64').send(template.toString('base64'))
      : reply.send(template);
  });

  app.post('/v1/face/pattern/compare', async (request) => {
    const parts = await partsOf(request, 'BPE');
    const [one, other] = ['bio_feature', 'bio_template'].map((name) => template(parts.get(name)?.data));
    return comparison(similarity(required(one), required(other)));
  });

  app.post('/v1/face/pattern/verify', async (request) => {
    const parts = await partsOf(request, 'BPE');
    const known = required(template(parts.get('bio_template')?.data));
    const sample = parts.get('sample');
    if (sample === undefined || sample.data.length === 0) throw new LiteError('BPE', '002003');
    if (!IMAGE_TYPES.includes(sample.mimeType.toLowerCase())) throw new LiteError('BPE', '002005');
    return comparison(similarity(await describe(sample.data), known));
  });

  app.post('/v1/face/liveness/detect', async (request) => {
    const { spoofing } = await look(await imageOf(request, 'LDE'), 'LDE');
    return {
      score: 1 - spoofing.value,
      passed: spoofing.value < SPOOFING_THRESHOLD,
      ...(spoofing.simulated ? { simulated: true } : {}),
    };
  });
}

function template(data: Buffer | undefined): Float32Array | undefined {
  return data === undefined ? undefined : decodeTemplate(data);
}

function required(descriptor: Float32Array | undefined): Float32Array {
  if (descriptor === undefined) throw new LiteError('BPE', '002004');
  return descriptor;
}

/** `score` and what follows from it; the word for it is recalled (docs/sandbox.md). */
function comparison(score: number): { score: number; decision: string; simulated: true } {
  const decision =
    score >= SIMILARITY_THRESHOLD
      ? 'approved'
      : score >= OPERATOR_THRESHOLD
        ? 'operator_required'
        : 'declined';
  return { score, decision, simulated: true };
}
