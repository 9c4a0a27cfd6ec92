{
  type Properties = OzSaved<typeof import('./properties').PROPERTIES>;

  interface Credentials {
    email: string;
    password: string;
    token: string;
  }

  /** What the runtime answers to a test of the connection. */
  type TestAnswer =
    | {
        ok: true;
        way: 'direct' | 'proxy' | 'environment';
        api: 'oz' | 'lite';
        version?: string;
        signedIn: boolean;
      }
    | { ok: false; code: string; message: string };

  /** The config node in the dialog; `z`: the tab or subflow it belongs to. */
  type Edited = { id: string; z?: string };

  const SANDBOX_COMMANDS = { command: 'npx @ozflow/oz-sandbox', clone: 'npm run sandbox' };
  const SANDBOX_URL = 'http://127.0.0.1:7700';
  const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
  const text = ozDialog.catalogue('oz-auth');
  const field = (name: string): JQuery => $(`#node-config-input-${name}`);
  const rawValueOf = (name: string): string => String(field(name).val() ?? '');
  const valueOf = (name: string): string => rawValueOf(name).trim();
  /** The choice in the open dialog, else the saved one. */
  const choiceOf = (node: OzNode<OzProperties>, name: 'api' | 'auth'): string =>
    valueOf(name) || ozDialog.word(node, name);

  ozDialog.checks['serverUrl'] = function (value) {
    let url: URL;
    try {
      url = new URL(String(value).trim());
    } catch {
      return text('invalid.url');
    }
    if (!/^https?:$/.test(url.protocol)) return text('invalid.url');
    if (url.username !== '' || url.password !== '') return text('invalid.urlSecret');
    const sandbox = choiceOf(this, 'api') === 'oz' && choiceOf(this, 'auth') === 'sandbox';
    if (sandbox && !LOOPBACK.test(url.hostname)) {
      return text('invalid.urlSandbox', { example: SANDBOX_URL });
    }
    return true;
  };

  const LACKING = { email: 'invalid.email', password: 'invalid.password', token: 'invalid.token' };
  const NEEDED: Record<string, (keyof Credentials)[]> = { password: ['email', 'password'], token: ['token'] };

  /** Judges one credential in the open dialog. */
  ozDialog.checks['credential'] = (value, { name }) =>
    String(value) !== '' || text(LACKING[name as keyof Credentials]);

  /** Tells what the chosen sign-in lacks; of a closed dialog only what the editor knows of its credentials. */
  ozDialog.checks['signIn'] = function () {
    const open = field('auth').length > 0;
    const saved = this.credentials;
    const given = (name: string): boolean =>
      open ? rawValueOf(name) !== '' : saved === undefined || Boolean(saved[name] ?? saved[`has_${name}`]);
    const lacking = NEEDED[choiceOf(this, 'auth')]?.find((name) => !given(name));
    return lacking === undefined || text(LACKING[lacking]);
  };

  const isAnswer = (value: unknown): value is TestAnswer =>
    typeof value === 'object' && value !== null && 'ok' in value;

  const headline = (code: string): string => {
    const key = `test.headline.${code}`;
    const found = text(key);
    return found.endsWith(key) ? text('test.headline.other') : found;
  };

  const hint = (words: string): JQuery => $('<div>', { class: 'oz-hint' }).text(words);

  /** Shows an answer below the buttons, where it can be seen: in a small window, that may be out of sight. */
  const showAnswer = (kind: 'running' | 'good' | 'bad', title: string, ...below: JQuery[]): void => {
    const icon = { running: 'fa-refresh fa-spin', good: 'fa-check-circle', bad: 'fa-times-circle' }[kind];
    const answer = $('#oz-auth-test-answer').empty().removeClass('oz-good oz-bad').addClass(`oz-${kind}`);
    answer.append($('<i>', { class: `fa ${icon}`, 'aria-hidden': 'true' }), ' ', $('<span>').text(title));
    answer.append(...below);
    RED.tray.resize();
    answer[0]?.scrollIntoView({ block: 'nearest' });
  };

  /** Asks the runtime; shows what goes wrong on the way there. */
  const ask = async (path: string, body?: object): Promise<unknown> => {
    try {
      return await ozRuntime.ask(path, body);
    } catch (error) {
      showAnswer('bad', error instanceof Error ? error.message : '');
      return undefined;
    }
  };

  /** Tries what the dialog holds now. A secret that was not changed goes as its placeholder. */
  const tryConnection = async ({ id, z = '' }: Edited): Promise<TestAnswer | undefined> => {
    const config = (name: string): string => (valueOf(name) === '_ADD_' ? '' : valueOf(name));
    const body: Record<string, unknown> = { id, z, env: ozRuntime.environmentOf(z) };
    for (const name of ['url', 'api', 'auth', 'email', 'timeout']) body[name] = valueOf(name);
    for (const name of ['password', 'token']) body[name] = rawValueOf(name);
    for (const name of ['tls', 'proxy']) body[name] = config(name);
    showAnswer('running', text('test.running'));
    const answer = await ask('oz-auth/test', body);
    if (answer === undefined) return undefined;
    return isAnswer(answer) ? answer : { ok: false, code: 'other', message: '' };
  };

  const testConnection = async (node: Edited): Promise<void> => {
    // A test also shows what is missing in a new node.
    $('.oz-dialog').last().removeClass('oz-new').trigger('change');
    const answer = await tryConnection(node);
    if (answer?.ok === true) showConnection(answer);
    else if (answer !== undefined) showAnswer('bad', headline(answer.code), hint(answer.message));
  };

  /** Which API answered, and how it was reached; offers to select it where another one is selected. */
  const showConnection = ({ api, signedIn, version = '', way }: Extract<TestAnswer, { ok: true }>): void => {
    const reached = hint(text(`test.way.${way}`));
    if (api === valueOf('api')) {
      const good = api === 'lite' ? 'test.lite' : signedIn ? 'test.good' : 'test.noSignIn';
      showAnswer('good', text(good, { version }).trim(), reached);
      return;
    }
    const select = $('<button>', { type: 'button', class: 'red-ui-button', id: 'oz-auth-select-api' });
    // The button goes, so the focus goes to what it changes.
    select.text(text(`test.select.${api}`)).on('click', () => {
      field('api').val(api).trigger('change').trigger('focus');
    });
    showAnswer('bad', text(`test.found.${api}`), reached, select);
  };

  /** Fills in address and account of the sandbox on this computer, and says how to start it when it does not run. */
  const useSandbox = async (node: Edited): Promise<void> => {
    if (!LOOPBACK.test(hostOf(valueOf('url')))) field('url').val(SANDBOX_URL).trigger('change');
    field('auth').val('sandbox').trigger('change');
    const answer = await tryConnection(node);
    if (answer?.ok === true) showAnswer('good', text('sandbox.running'));
    else if (answer?.code === 'OZ_UNREACHABLE') await offerSandbox(node);
    else if (answer !== undefined) showAnswer('bad', headline(answer.code), hint(answer.message));
  };

  const hostOf = (url: string): string => {
    try {
      return new URL(url).hostname;
    } catch {
      return '';
    }
  };

  const offerSandbox = async (node: Edited): Promise<void> => {
    const found = await ask('oz-auth/sandbox');
    if (found === undefined) return;
    const commands = Object.entries(SANDBOX_COMMANDS).map(([key, command]) =>
      hint(text(`sandbox.${key}`)).append(' ', $('<code>').text(command)),
    );
    const installed = typeof found === 'object' && found !== null && 'installed' in found && found.installed;
    // Only if the one to start is the one that the dialog is about.
    const startable = installed === true && valueOf('url') === SANDBOX_URL;
    showAnswer('bad', text('sandbox.stopped'), ...commands, ...(startable ? [startButton(node)] : []));
  };

  const startButton = (node: Edited): JQuery => {
    const start = $('<button>', { type: 'button', class: 'red-ui-button', id: 'oz-auth-start' });
    return start
      .text(text('sandbox.start'))
      .on('click', () => void ozReach.whilePressed(start, () => startSandbox(node)));
  };

  const startSandbox = async (node: Edited): Promise<void> => {
    // Its own button goes.
    $('#oz-auth-sandbox').trigger('focus');
    showAnswer('running', text('sandbox.starting'));
    const answer = await ask('oz-auth/sandbox', {});
    if (isAnswer(answer) && answer.ok) await useSandbox(node);
    else if (answer !== undefined) showAnswer('bad', text('sandbox.failed'));
  };

  RED.nodes.registerType<Properties, Credentials>('oz-auth', {
    category: 'config',
    defaults: OZ_DEFAULTS,
    credentials: OZ_CREDENTIALS,
    paletteLabel: text('label.node'),
    label() {
      return this.name || this.url || text('label.node');
    },
    labelStyle: ozDialog.labelStyle,
    oneditprepare() {
      ozDialog.prepare(this);
      field('api').on('change', () => $('#oz-auth-test-answer').empty());
      field('auth').on('change', () => {
        if (valueOf('auth') === 'sandbox' && valueOf('url') === '') {
          field('url').val(SANDBOX_URL).trigger('change');
        }
        $('#oz-auth-test-answer').empty();
      });
      const test = $('#oz-auth-test');
      test.on('click', () => void ozReach.whilePressed(test, () => testConnection(this)));
      const sandbox = $('#oz-auth-sandbox');
      sandbox.on('click', () => void ozReach.whilePressed(sandbox, () => useSandbox(this)));
    },
    oneditsave: ozDialog.oneditsave,
  });
}
