{
  type Properties = OzSaved<typeof import('./properties').PROPERTIES>;

  interface Credentials {
    email: string;
    password: string;
    token: string;
  }

  /** What the runtime answers to a test of the connection. */
  type TestAnswer =
    | { ok: true; way: 'direct' | 'proxy' | 'environment'; signedIn: boolean }
    | { ok: false; code: string; message: string };

  const SANDBOX_URL = 'http://127.0.0.1:7700';
  const LOOPBACK = /^(localhost|127(\.\d+){3}|\[::1\])$/;
  const text = ozDialog.catalogue('oz-auth');
  const field = (name: string): JQuery => $(`#node-config-input-${name}`);
  const rawValueOf = (name: string): string => String(field(name).val() ?? '');
  const valueOf = (name: string): string => rawValueOf(name).trim();
  /** The choice in the open dialog, else the saved one. */
  const signInOf = (node: object): string =>
    valueOf('auth') || String(Reflect.get(node, 'auth') ?? '') || 'password';

  ozDialog.checks['serverUrl'] = function (value) {
    let url: URL;
    try {
      url = new URL(String(value).trim());
    } catch {
      return text('invalid.url');
    }
    if (!/^https?:$/.test(url.protocol)) return text('invalid.url');
    if (url.username !== '' || url.password !== '') return text('invalid.urlSecret');
    if (signInOf(this) === 'sandbox' && !LOOPBACK.test(url.hostname)) {
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
    const lacking = NEEDED[signInOf(this)]?.find((name) => !given(name));
    return lacking === undefined || text(LACKING[lacking]);
  };

  const isAnswer = (value: unknown): value is TestAnswer =>
    typeof value === 'object' && value !== null && 'ok' in value;

  const headline = (code: string): string => {
    const key = `test.headline.${code}`;
    const found = text(key);
    return found.endsWith(key) ? text('test.headline.other') : found;
  };

  const showAnswer = (kind: 'running' | 'good' | 'bad', title: string, detail = ''): void => {
    const icon = { running: 'fa-refresh fa-spin', good: 'fa-check-circle', bad: 'fa-times-circle' }[kind];
    const answer = $('#oz-auth-test-answer').empty().removeClass('oz-good oz-bad').addClass(`oz-${kind}`);
    answer.append($('<i>', { class: `fa ${icon}`, 'aria-hidden': 'true' }), ' ', $('<span>').text(title));
    if (detail !== '') answer.append($('<div>', { class: 'oz-hint' }).text(detail));
    RED.tray.resize();
  };

  const listOf = (holder: unknown): unknown[] => {
    const env: unknown = typeof holder === 'object' && holder !== null && 'env' in holder ? holder.env : [];
    return Array.isArray(env) ? env : [];
  };

  /** Environment variables of all flows, and of the tab or subflow with this id, as the editor holds them now. */
  const environmentOf = (z: string): Record<string, string> => {
    const holders: unknown[] = [];
    RED.nodes.eachConfig((config) => {
      if (Reflect.get(config, 'type') === 'global-config') holders.push(config);
      return true;
    });
    if (z !== '') holders.push(RED.nodes.subflow(z) ?? RED.nodes.workspace(z));
    const values: Record<string, string> = {};
    for (const one of holders.flatMap(listOf)) {
      if (typeof one !== 'object' || one === null || !('name' in one && 'value' in one && 'type' in one))
        continue;
      if (['str', 'num', 'bool'].includes(String(one.type))) values[String(one.name)] = String(one.value);
    }
    return values;
  };

  /** Asks the runtime to try what the dialog holds now. A secret that was not changed goes as its placeholder. */
  const testConnection = async (id: string, z: string): Promise<void> => {
    const config = (name: string): string => (valueOf(name) === '_ADD_' ? '' : valueOf(name));
    const body: Record<string, unknown> = { id, z, env: environmentOf(z) };
    for (const name of ['url', 'auth', 'email', 'timeout']) body[name] = valueOf(name);
    for (const name of ['password', 'token']) body[name] = rawValueOf(name);
    for (const name of ['tls', 'proxy']) body[name] = config(name);
    // Whoever tests wants to know what is missing.
    $('.oz-dialog').last().removeClass('oz-new').trigger('change');
    const button = $('#oz-auth-test').prop('disabled', true);
    showAnswer('running', text('test.running'));
    try {
      const answer: unknown = await $.ajax({
        url: 'oz-auth/test',
        method: 'POST',
        contentType: 'application/json',
        data: JSON.stringify(body),
      });
      if (!isAnswer(answer)) showAnswer('bad', text('test.headline.other'));
      else if (answer.ok) {
        showAnswer(
          'good',
          text(answer.signedIn ? 'test.good' : 'test.noSignIn'),
          text(`test.way.${answer.way}`),
        );
      } else showAnswer('bad', headline(answer.code), answer.message);
    } catch (error) {
      const status =
        typeof error === 'object' && error !== null && 'status' in error ? Number(error.status) : 0;
      showAnswer('bad', text('test.noEditor', { status }));
    } finally {
      button.prop('disabled', false);
    }
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
      field('auth').on('change', () => {
        if (valueOf('auth') === 'sandbox' && valueOf('url') === '') {
          field('url').val(SANDBOX_URL).trigger('change');
        }
        $('#oz-auth-test-answer').empty();
      });
      $('#oz-auth-test').on('click', () => void testConnection(this.id, this.z ?? ''));
    },
  });
}
