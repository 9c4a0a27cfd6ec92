/**
 * The button that fetches the server's blacklists, and the list to choose one from, below a property that holds a
 * collection's id. `var` as in dialog.editor.ts: it stands in the page of each node that has such a property.
 */
var ozCollections = (() => {
  type AnyNode = OzNode<OzProperties>;
  type Answer = { ok: true; collections: { id: string; name: string }[] } | { ok: false; message: string };

  /** What the editor shows instead of a secret that only the runtime knows. */
  const STORED = '__PWRD__';
  const SENT = ['url', 'api', 'auth', 'tls', 'proxy', 'timeout'] as const;
  const CREDENTIALS = ['email', 'password', 'token'] as const;

  const text = ozDialog.catalogue('oz-analyze');

  /** The chosen server node as the editor holds it, deployed or not. */
  const serverOf = (node: AnyNode): Record<string, unknown> | undefined => {
    const id = String(ozDialog.controlOf(node, 'server').val() ?? '');
    // The types know of no node that is missing.
    const server: unknown = id === '' || id === '_ADD_' ? undefined : RED.nodes.node(id);
    if (typeof server !== 'object' || server === null) return undefined;
    const own = (name: string): unknown => Reflect.get(server, name);
    const z = String(own('z') ?? '');
    // The editor has credentials only of nodes whose dialog was opened.
    const typed: unknown = own('credentials');
    const credential = (name: string): unknown =>
      (typeof typed === 'object' && typed !== null ? Reflect.get(typed, name) : undefined) ?? STORED;
    return {
      id,
      z,
      env: ozRuntime.environmentOf(z),
      ...Object.fromEntries(SENT.map((name) => [name, own(name) === '_ADD_' ? '' : own(name)])),
      ...Object.fromEntries(CREDENTIALS.map((name) => [name, credential(name)])),
    };
  };

  const fetchAll = async (server: Record<string, unknown>): Promise<Answer> => {
    try {
      return (await ozRuntime.ask('oz-auth/collections', server)) as Answer;
    } catch (error) {
      return { ok: false, message: error instanceof Error ? error.message : '' };
    }
  };

  return {
    /** To be called in `oneditprepare`, after `ozDialog.prepare`. */
    prepare(node: AnyNode, property: string): void {
      const input = ozDialog.controlOf(node, property);
      const id = input.attr('id') ?? '';
      const [button, said] = [$(`#${id}-list`), $(`#${id}-said`)];
      const list = $('<select>', { id: `${id}-choice`, 'aria-label': text('collections.choose') });

      const say = (sentence: string, bad = false): void => {
        said.text(sentence).toggleClass('oz-error', bad);
        list.detach();
        RED.tray.resize();
      };

      const show = (collections: { id: string; name: string }[]): void => {
        list.empty().append($('<option>', { value: '' }).text(text('collections.choose')));
        for (const one of collections) list.append($('<option>', { value: one.id }).text(one.name || one.id));
        const now = input.typedInput('type') === 'str' ? input.typedInput('value') : '';
        list.val(collections.some((one) => one.id === now) ? now : '');
        button.after(list);
        RED.tray.resize();
      };

      const fetchList = async (): Promise<void> => {
        const server = serverOf(node);
        if (server === undefined) return say(text('collections.noServer'), true);
        say(text('collections.running'));
        const answer = await fetchAll(server);
        if (!answer.ok) return say(text('collections.failed', { reason: answer.message }), true);
        say(answer.collections.length === 0 ? text('collections.none') : '');
        if (answer.collections.length > 0) show(answer.collections);
      };

      button.on('click', () => void ozReach.whilePressed(button, fetchList));
      list.on('change', () => {
        input.typedInput('type', 'str');
        input.typedInput('value', String(list.val() ?? ''));
      });
    },
  };
})();
