import type { Answer } from './ozAnswer';
import type { Call } from './ozCall';

const json = (body: unknown): Answer => ({ status: 200, json: body });

/** What a face is in the photos and templates of the tests: all bytes, so that equal ones are the same person. */
const templateOf = (photo: Buffer): Buffer => Buffer.concat([Buffer.from('FACE'), photo.subarray(-8)]);

/** A server that speaks API Lite only, from the vendor's page (docs/oz-api.md 5.6): every photo has one live face. */
export function liteAnswer(call: Call): Answer {
  const part = (name: string): Buffer =>
    call.files.find(({ field }) => field === name)?.bytes ?? Buffer.alloc(0);
  const compared = (one: Buffer, other: Buffer): Answer =>
    json(one.equals(other) ? { score: 0.97, decision: 'approved' } : { score: 0.21, decision: 'declined' });
  switch (`${call.method} ${call.path}`) {
    case 'GET /version':
      return json({ core: '1.2.0', tfss: '2.0.0', models: [{ name: 'liveness', version: '7' }] });
    case 'GET /v1/face/pattern/health':
    case 'GET /v1/face/liveness/health':
      return json({ status: 0, message: '' });
    case 'POST /v1/face/liveness/detect':
      return json({ passed: true, score: 0.98 });
    case 'POST /v1/face/pattern/extract':
      return {
        status: 200,
        text: templateOf(call.body).toString('latin1'),
        contentType: 'application/octet-stream',
      };
    case 'POST /v1/face/pattern/compare':
      return compared(part('bio_feature'), part('bio_template'));
    case 'POST /v1/face/pattern/verify':
      return compared(templateOf(part('sample')), part('bio_template'));
    default:
      return { status: 404, text: '<html>404 page not found</html>' };
  }
}
