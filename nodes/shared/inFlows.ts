import type { Node, NodeAPI } from 'node-red';

/**
 * Whether a node that Node-RED removes is still in the flows: it was disabled, itself or with its tab, and not deleted.
 * The id of a node within a subflow begins with that of the subflow's instance.
 */
export function isInFlows(RED: NodeAPI, node: Node): boolean {
  const definition = '_alias' in node && typeof node._alias === 'string' ? node._alias : node.id;
  let isDefined = false;
  let hasInstance = definition === node.id;
  RED.nodes.eachNode(({ id }) => {
    if (id === definition) isDefined = true;
    if (node.id.startsWith(`${id}-`)) hasInstance = true;
  });
  return isDefined && hasInstance;
}
