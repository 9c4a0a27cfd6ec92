/**
 * What the dialogs ask the runtime (nodes/oz-auth/dialogRoutes.ts, localSandbox.ts), and what they tell it of flows that
 * may not be deployed yet. `var` as in dialog.editor.ts: it stands in the page of each node.
 */
var ozRuntime = (() => {
  /** The variables that a tab, a subflow or the global configuration defines. */
  const envOf = (holder: unknown): unknown[] => {
    const env: unknown = typeof holder === 'object' && holder !== null && 'env' in holder ? holder.env : [];
    return Array.isArray(env) ? env : [];
  };

  return {
    /**
     * Asks by GET, or with a body by POST. Rejects when Node-RED does not answer or refuses, with an Error whose message
     * can be shown.
     */
    async ask(path: string, body?: object): Promise<unknown> {
      const post = { method: 'POST', contentType: 'application/json', data: JSON.stringify(body) };
      try {
        const answer: unknown = await $.ajax({ url: path, ...(body && post) });
        return answer;
      } catch (error) {
        const status =
          typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 0;
        throw new Error(RED._('@ozflow/node-red-oz/oz-auth:test.noEditor', { status }), { cause: error });
      }
    },

    /** Environment variables of all flows, and of the tab or subflow with this id, as the editor holds them now. */
    environmentOf(z: string): Record<string, string> {
      const holders: unknown[] = [];
      RED.nodes.eachConfig((config) => {
        if (Reflect.get(config, 'type') === 'global-config') holders.push(config);
        return true;
      });
      if (z !== '') holders.push(RED.nodes.subflow(z) ?? RED.nodes.workspace(z));
      const values: Record<string, string> = {};
      for (const one of holders.flatMap(envOf)) {
        if (typeof one !== 'object' || one === null || !('name' in one && 'value' in one && 'type' in one))
          continue;
        if (['str', 'num', 'bool'].includes(String(one.type))) values[String(one.name)] = String(one.value);
      }
      return values;
    },
  };
})();
