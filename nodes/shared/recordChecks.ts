import type { Node, NodeAPI } from 'node-red';
import type { OzClient } from '../../client';
import { nodeError, toNodeError } from './errors';
import { isClosed, type Job } from './job';
import { isRecord, type OzMessage } from './message';
import { recentChecks, type FetchBestShot } from './recentChecks';
import { findServer, type ServerLink } from './server';

/** Nodes whose work ends with a verdict. */
const VERDICT_NODES: ReadonlySet<string> = new Set(['oz-result', 'oz-check']);

/** Wraps the work of a node so that its outcome is added to the recent checks while an editor is open. */
export function recordChecks(
  RED: NodeAPI,
  node: Node,
  serverId: unknown,
  server: ServerLink,
  work: (job: Job, client: OzClient) => Promise<void>,
): (job: Job) => Promise<void> {
  const about = {
    nodeId: '_alias' in node && typeof node._alias === 'string' ? node._alias : node.id,
    serverId: typeof serverId === 'string' ? serverId : '',
  };
  return async (job) => {
    const began = performance.now();
    const common = (): Parameters<typeof recentChecks.add>[0] => ({
      ...about,
      finishedAt: Date.now(),
      durationMs: durationOf(job.msg) ?? Math.round(performance.now() - began),
      ...folderOf(job.msg),
    });
    try {
      const client = await server.client();
      await work(job, client);
      if (recentChecks.watched && VERDICT_NODES.has(node.type)) {
        const { oz } = job.msg;
        if (oz?.resolution === undefined) return;
        const scores = (oz.liveness ?? []).map(({ spoofing }) => spoofing);
        recentChecks.add(
          {
            ...common(),
            resolution: oz.resolution,
            ...(scores.length === 0 ? {} : { spoofing: Math.max(...scores) }),
            ...(oz.bestShotState === undefined ? {} : { bestShotState: oz.bestShotState }),
          },
          bestShotOf(RED, job.msg, serverId),
        );
      }
    } catch (error) {
      if (recentChecks.watched && !isClosed(error)) {
        const { code, message } = toNodeError(RED, error);
        recentChecks.add({ ...common(), error: { code, message } });
      }
      throw error;
    }
  };
}

/** Looks the server node up when it fetches: a deploy may have replaced it. */
function bestShotOf(RED: NodeAPI, { oz }: OzMessage, serverId: unknown): FetchBestShot | undefined {
  const url = oz?.bestShotUrl;
  if (url === undefined) return undefined;
  return async () => {
    const server = findServer(RED, serverId);
    if (server === undefined) throw nodeError('serverMissing');
    return (await server.client()).download(url);
  };
}

function folderOf({ oz }: OzMessage): { folderId?: string } {
  return isRecord(oz) && typeof oz.folderId === 'string' ? { folderId: oz.folderId } : {};
}

function durationOf({ oz }: OzMessage): number | undefined {
  const { uploadMs, analysisMs } = oz?.timing ?? {};
  return typeof analysisMs === 'number' ? (uploadMs ?? 0) + analysisMs : undefined;
}
