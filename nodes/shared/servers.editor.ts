/**
 * Preselects a server in nodes that have none: the only one there is, else the one used last. `var` as in
 * dialog.editor.ts: it stands in the page of each node.
 */
var ozServers = (() => {
  /** Where the browser keeps the server that was used last. */
  const LAST_SERVER = 'oz-last-server';

  /** Ids of the servers that a node of this tab or subflow can use: global ones, and those that belong to it. */
  const serversFor = (place: string | undefined): string[] => {
    const servers: string[] = [];
    RED.nodes.eachConfig((config) => {
      const { type, id, z } = config as { type: string; id: string; z?: string };
      if (type === 'oz-auth' && ((z ?? '') === '' || z === place)) servers.push(id);
      return true;
    });
    return servers;
  };

  /** Selects the only server in all Oz nodes that have none yet, as one step that can be undone. */
  const giveServer = (server: string): void => {
    const waiting: OzFlowNode[] = [];
    RED.nodes.eachNode((node) => {
      if (!node.type.startsWith('oz-') || (node.server ?? '') !== '') return;
      const servers = serversFor(node.z);
      if (servers.length === 1 && servers[0] === server) waiting.push(node);
    });
    if (waiting.length === 0) return;
    const { users } = RED.nodes.node(server) as unknown as { users: object[] };
    const events = waiting.map((node) => ({
      t: 'edit',
      node,
      changes: { server: '' },
      changed: node.changed === true,
    }));
    for (const node of waiting) {
      node.server = server;
      node.changed = true;
      node.dirty = true;
      users.push(node);
      RED.editor.validateNode(node);
    }
    RED.history.push({ t: 'multi', events, dirty: true });
    RED.view.redraw();
  };

  return {
    /** The server for a new node in this tab or subflow; undefined when the user has to choose. */
    choose(place: string | undefined): string | undefined {
      const servers = serversFor(place);
      const last = String(RED.settings.getLocal(LAST_SERVER) ?? '');
      return servers.length === 1 ? servers[0] : servers.find((id) => id === last);
    },

    /** A node was saved with this server: this browser remembers it, and nodes that still lack their only one get it. */
    used(server: string): void {
      RED.settings.setLocal(LAST_SERVER, server);
      // After the editor has recorded the change of the node itself.
      setTimeout(() => giveServer(server));
    },
  };
})();
