import type { Node, NodeAPI } from 'node-red';
import { onFlowsStarted } from './flowsStarted';
import { logInterrupted } from './logging';
import type { OzMessage } from './message';

/** The nodes that run, by id. Node-RED itself does not find those within a subflow. */
const running = new Map<string, Node>();

/**
 * Node-RED brings a closed node the messages that were on their way when a deploy closed it, and drops them there. From
 * then on, this gives them to the node that runs in its place; where there is none, the log says that they ended.
 */
export function passOnOnceClosed(RED: NodeAPI, node: Node): void {
  running.set(node.id, node);
  node.on('close', () => {
    if (running.get(node.id) === node) running.delete(node.id);
    node.receive = (msg: OzMessage) => {
      const successor = running.get(node.id);
      if (successor === undefined) onceStarted(msg);
      else successor.receive(msg);
    };
  });
  const onceStarted = (msg: OzMessage): void => {
    const unsubscribe = onFlowsStarted(RED, () => {
      unsubscribe();
      const successor = running.get(node.id);
      if (successor === undefined) logInterrupted(RED, node, [{ msg, findable: {} }]);
      else successor.receive(msg);
    });
  };
}
