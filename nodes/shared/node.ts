import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { OzClient } from '../../client';
import { flowsStarted, onFlowsStarted } from './flowsStarted';
import type { Job } from './job';
import { handleInput, type Jobs } from './lifecycle';
import type { OzMessage } from './message';
import { optionsOf, type Options } from './options';
import type { Declarations } from './properties/declaration';
import { recordChecks } from './recordChecks';
import { linkServer } from './server';
import type { Config } from './settings';
import { StatusLine } from './statusLine';

/** What the work on one message may use. */
export interface Work<P extends Declarations> {
  job: Job;
  options: Options<P>;
  client: OzClient;
  /** The client of the server node with which a deploy replaces the one that it is just closing. */
  nextClient(): Promise<OzClient>;
}

/** What all nodes but the config node share: the server they use, their status, and the way a message takes. */
export function ozNode<P extends Declarations>(
  RED: NodeAPI,
  node: Node,
  def: NodeDef,
  properties: P,
  work: (work: Work<P>) => Promise<void>,
  intercept?: (msg: OzMessage, jobs: Jobs) => boolean,
  isStored?: (msg: OzMessage) => boolean,
): Jobs {
  RED.nodes.createNode(node, def);
  const config: Config = { ...def };
  const server = linkServer(RED, node, config['server']);
  const status = new StatusLine(RED, node, () => server.problem());
  const unsubscribe = onFlowsStarted(RED, () => status.refresh());
  node.on('close', unsubscribe);
  return handleInput(
    RED,
    node,
    status,
    recordChecks(RED, node, config['server'], server, async (job, client) =>
      work({
        job,
        options: optionsOf(properties, { RED, node, config, msg: job.msg }),
        client,
        nextClient: async () => {
          await flowsStarted(RED, job.signal);
          return server.client();
        },
      }),
    ),
    intercept,
    isStored,
  );
}
