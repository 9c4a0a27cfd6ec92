import type { NodeAPI } from 'node-red';
import { toNodeError } from '../shared/errors';
import { recentChecks } from '../shared/recentChecks';

/**
 * The runtime side of the sidebar *Oz*: recent checks and their best shots, for users who may read flows. Answers must
 * not be stored anywhere, because they are about persons.
 */
export = (RED: NodeAPI): void => {
  const mayRead = RED.auth.needsPermission('flows.read');

  /** `GET /oz-checks?after=<sequence>`: the checks after it, oldest first. Checks are collected only while somebody asks. */
  RED.httpAdmin.get('/oz-checks', mayRead, (request, response) => {
    const after = Number(request.query['after']);
    response
      .set('Cache-Control', 'no-store')
      .json({ checks: recentChecks.watch(Number.isInteger(after) ? after : 0) });
  });

  /** `GET /oz-checks/<sequence>/best-shot`: the picture itself, from its server. */
  RED.httpAdmin.get('/oz-checks/:sequence/best-shot', mayRead, (request, response) => {
    const fetchBestShot = recentChecks.bestShotOf(Number(request.params['sequence']));
    if (fetchBestShot === undefined) {
      response.sendStatus(404);
      return;
    }
    fetchBestShot().then(
      ({ data, contentType }) =>
        response
          .set({ 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' })
          .type(contentType)
          .send(data),
      (error: unknown) => {
        const { code, message } = toNodeError(RED, error);
        response.status(502).json({ code, message });
      },
    );
  });
};
