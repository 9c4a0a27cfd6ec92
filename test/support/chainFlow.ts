import type { FlowNode } from '../../tools/launch/nodeRed';
import { ACCOUNT } from './ozServer';
import { CHAIN, SERVER, VIDEO } from './palette';

const PLACE = { z: 'f1', x: 0, y: 0 };

/**
 * A flow from video to verdict for a Node-RED of its own: the inject node `start`, the nodes `n1` to `n3`, and the debug
 * node `shown`, which shows the whole message.
 * @param changes properties of these nodes that are different, by id
 * @param more further nodes on the same tab
 */
export function chainFlow(
  url: string,
  changes: Record<string, Record<string, unknown>> = {},
  ...more: FlowNode[]
): FlowNode[] {
  const nodes: FlowNode[] = [
    {
      id: 'start',
      type: 'inject',
      props: [{ p: 'payload' }],
      payload: JSON.stringify([...VIDEO]),
      payloadType: 'bin',
      wires: [['n1']],
    },
    ...CHAIN.map((node, at) => ({
      ...node,
      server: SERVER,
      wires: [[CHAIN[at + 1]?.id ?? 'shown']],
    })),
    { id: 'shown', type: 'debug', active: true, complete: 'true', targetType: 'full', wires: [] },
    ...more,
  ];
  return [
    { id: 'f1', type: 'tab', label: 'test' },
    { id: SERVER, type: 'oz-auth', url, credentials: ACCOUNT },
    ...nodes.map((node) => ({ ...PLACE, ...node, ...changes[node.id] })),
  ];
}
