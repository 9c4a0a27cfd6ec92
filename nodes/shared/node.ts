import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { OzClient } from '../../client';
import { handleInput, type Job, type Jobs } from './lifecycle';
import type { OzMessage } from './message';
import { Options, type Config } from './options';
import { recordChecks } from './recordChecks';
import { linkServer } from './server';
import { StatusLine } from './status';

/** What the work on one message may use. */
export interface Work {
  job: Job;
  options: Options;
  client: OzClient;
}

/** What all nodes but the config node share: the server they use, their status, and the way a message takes. */
export function ozNode(
  RED: NodeAPI,
  node: Node,
  def: NodeDef,
  work: (work: Work) => Promise<void>,
  intercept?: (msg: OzMessage, jobs: Jobs) => boolean,
): Jobs {
  RED.nodes.createNode(node, def);
  const config: Config = { ...def };
  const server = linkServer(RED, node, config['server']);
  const status = new StatusLine(RED, node, !server.chosen);
  return handleInput(
    RED,
    node,
    status,
    recordChecks(RED, node, config['server'], server, async (job, client) =>
      work({ job, options: new Options(RED, node, config, job.msg), client }),
    ),
    intercept,
  );
}
