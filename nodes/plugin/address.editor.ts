/**
 * Gives the nodes of the shown flow that fetch from the local sandbox the address that its server has: started by links
 * to `#oz-address` in the comments of the examples, as the sandbox may listen elsewhere than they say.
 */
{
  /** An address of the sandbox for which there is no Oz node: a sample, or the decision that its page takes. */
  const FETCHED = /https?:\/\/(?:127\.0\.0\.1|localhost|\[::1\]):\d+(?=\/(?:samples|decision)\b)/g;
  const { text } = ozChecks;

  /** The same value with that address in all its texts. */
  const withAddress = (value: unknown, address: string): unknown => {
    if (typeof value === 'string') return value.replace(FETCHED, address);
    if (Array.isArray(value)) return value.map((item) => withAddress(item, address));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withAddress(item, address)]));
  };

  const nodesOf = (flow: string): OzFlowNode[] => {
    const nodes: OzFlowNode[] = [];
    RED.nodes.eachNode((node) => {
      if (node.z === flow) nodes.push(node);
    });
    return nodes;
  };

  /** Changes one node; returns the step that undoes it, if there was something to change. */
  const change = (node: OzFlowNode, address: string): object | undefined => {
    const changed = Object.keys(node._def.defaults).flatMap((name) => {
      const before: unknown = Reflect.get(node, name);
      const after = withAddress(before, address);
      return JSON.stringify(after) === JSON.stringify(before) ? [] : [{ name, before, after }];
    });
    if (changed.length === 0) return undefined;
    const changes = Object.fromEntries(changed.map(({ name, before }) => [name, before]));
    const undo = { t: 'edit', node, changes, changed: node.changed === true };
    for (const { name, after } of changed) Reflect.set(node, name, after);
    node.changed = true;
    node.dirty = true;
    RED.editor.validateNode(node);
    return undo;
  };

  const useAddress = (): void => {
    const nodes = nodesOf(RED.workspaces.active());
    const server: unknown = RED.nodes.node(nodes.find(({ server: id = '' }) => id !== '')?.server ?? '');
    const url = typeof server === 'object' && server !== null && 'url' in server ? String(server.url) : '';
    if (!URL.canParse(url)) {
      RED.notify(text('address.none'), { type: 'warning' });
      return;
    }
    const { origin } = new URL(url);
    const events = nodes.flatMap((node) => change(node, origin) ?? []);
    if (events.length > 0) {
      RED.history.push({ t: 'multi', events, dirty: RED.nodes.dirty() });
      RED.nodes.dirty(true);
      RED.view.redraw();
    }
    RED.notify(text('address.used', { count: events.length, address: origin }), { type: 'success' });
  };

  RED.actions.add('oz:use-address', useAddress);
  $(document).on('click', 'a[href="#oz-address"]', (event) => {
    event.preventDefault();
    useAddress();
  });
}
