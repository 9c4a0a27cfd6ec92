import { strict as assert } from 'node:assert';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { EditorPage } from './support/editorPage';
import { EditorTest } from './support/setup';
import { OzServer } from '../support/ozServer';
import { startSandbox, type Sandbox } from '../../tools/launch/sandbox';

const PASSWORD = 'only-the-server-may-know-1';
const NEW_PASSWORD = 'only-the-server-may-know-2';

describe('the dialog of oz-auth', function () {
  this.timeout(300_000);
  const test = EditorTest.use();

  /** Opens, changes, updates and deploys. */
  async function save(id: string, change: (editor: EditorPage) => Promise<void>): Promise<void> {
    const { editor } = test;
    await editor.openConfig(id);
    await change(editor);
    await editor.done();
    await editor.deploy();
  }

  describe('its properties', () => {
    const edited = test.add('oz-auth', { auth: 'none', url: 'https://oz.example' });
    const sparse = test.add('oz-auth', { auth: 'none', url: 'https://oz.example' });
    const values = {
      name: 'My server',
      url: 'https://other.example/api',
      auth: 'none',
      timeout: '12',
      maxParallel: '3',
      maxFileMB: '2.5',
      maxFiles: '4',
      rebaseUrls: true,
    };

    it('survive Update, deploy and opening again', async () => {
      await save(edited, async (editor) => {
        await editor.unfold();
        for (const [property, value] of Object.entries(values)) await editor.set(property, value);
      });
      const { editor } = test;
      await editor.reload();
      await editor.openConfig(edited);
      assert.deepEqual(await editor.values(Object.keys(values)), values);
      assert.deepEqual(await editor.marked(), []);
    });

    it('show their defaults where a flow left them out', async () => {
      const { editor } = test;
      await editor.openConfig(sparse);
      assert.deepEqual(
        await editor.values(['timeout', 'maxParallel', 'maxFileMB', 'maxFiles', 'rebaseUrls']),
        {
          timeout: '30',
          maxParallel: '8',
          maxFileMB: '10',
          maxFiles: '10',
          rebaseUrls: false,
        },
      );
      assert.deepEqual(await editor.marked(), []);
      assert.deepEqual(await editor.unlabelled(), []);
    });

    it('have rows for the chosen sign-in only', async () => {
      const { editor } = test;
      await editor.openConfig(sparse);
      const rows = ['email', 'password', 'token'];
      assert.deepEqual(await editor.visibleRows(rows), []);
      await editor.set('auth', 'password');
      assert.deepEqual(await editor.visibleRows(rows), ['email', 'password']);
      await editor.set('auth', 'token');
      assert.deepEqual(await editor.visibleRows(rows), ['token']);
      await editor.set('auth', 'sandbox');
      assert.deepEqual(await editor.visibleRows(rows), []);
    });

    it('ask for no sign-in with API Lite, which has none', async () => {
      const { editor } = test;
      await editor.openConfig(sparse);
      await editor.set('auth', 'password');
      await editor.set('api', 'lite');
      assert.deepEqual(await editor.visibleRows(['auth', 'email', 'password', 'token']), []);
      await editor.set('url', 'https://lite.example');
      assert.deepEqual(await editor.marked(), []);
      await editor.set('api', 'oz');
      assert.deepEqual(await editor.visibleRows(['auth', 'email', 'password']), [
        'auth',
        'email',
        'password',
      ]);
    });

    it('fit into 800 × 600', async () => {
      const { editor } = test;
      await editor.page.setViewportSize({ width: 800, height: 600 });
      await editor.openConfig(sparse);
      await editor.unfold();
      assert.deepEqual(await editor.overflowing(), []);
      await editor.page.setViewportSize({ width: 1440, height: 900 });
    });
  });

  describe('wrong input', () => {
    const wrong = test.add('oz-auth', { auth: 'none', url: 'https://oz.example' });
    const cases = [
      ['url', 'oz.example', /start with https:\/\/ or http:\/\//],
      ['url', 'ftp://oz.example', /start with https:\/\/ or http:\/\//],
      ['url', 'https://me:secret@oz.example', /must not contain a user name or password/],
      ['timeout', '0', /^Request timeout must be a number from 1 to 3600$/],
      ['maxParallel', '2.5', /^Parallel requests must be a whole number from 1 to 256$/],
      ['maxFileMB', 'ten', /^Maximum file size must be a number/],
      ['maxFiles', '', /^Files per folder must be a whole number/],
    ] as const;
    for (const [property, value, sentence] of cases) {
      it(`is marked with the reason: ${property} "${value}"`, async () => {
        const { editor } = test;
        await editor.openConfig(wrong);
        await editor.unfold();
        await editor.set(property, value);
        assert.deepEqual(await editor.marked(), [property]);
        assert.match(await editor.ozError(property), sentence);
      });
    }

    it('is a sign-in without its secrets', async () => {
      const { editor } = test;
      await editor.openConfig(wrong);
      await editor.set('auth', 'password');
      assert.equal(await editor.ozError('email'), 'Enter the e-mail address');
      assert.equal(await editor.ozError('password'), 'Enter the password');
      await editor.set('email', 'me@oz.example');
      await editor.set('password', PASSWORD);
      assert.deepEqual(await editor.marked(), []);
      await editor.set('auth', 'token');
      assert.equal(await editor.ozError('token'), 'Enter the access token');
    });

    it('is a sandbox on another computer', async () => {
      const { editor } = test;
      await editor.openConfig(wrong);
      await editor.set('auth', 'sandbox');
      assert.match(await editor.ozError('url'), /must run on this computer/);
      await editor.set('url', 'http://localhost:7700');
      assert.deepEqual(await editor.marked(), []);
    });

    it('is none when the URL is an environment variable', async () => {
      const { editor } = test;
      await editor.openConfig(wrong);
      await editor.set('url', '${OZ_URL}');
      assert.deepEqual(await editor.marked(), []);
    });

    it('is put right for the sandbox when there is no address yet', async () => {
      const { editor } = test;
      await editor.openConfig(wrong);
      await editor.set('url', '');
      await editor.set('auth', 'sandbox');
      assert.deepEqual(await editor.values(['url']), { url: 'http://127.0.0.1:7700' });
      assert.deepEqual(await editor.marked(), []);
    });
  });

  describe('credentials', () => {
    const id = test.add('oz-auth', { auth: 'password', url: 'https://oz.example' });
    const user = test.add('oz-folder', { server: id });

    const told = (): Promise<unknown> => test.nodeRed.admin('GET', `/credentials/oz-auth/${id}`);

    it('reach the runtime and never come back', async () => {
      await save(id, async (editor) => {
        await editor.set('email', 'me@oz.example');
        await editor.set('password', PASSWORD);
      });
      assert.deepEqual(await told(), { email: 'me@oz.example', has_password: true, has_token: false });
      const { editor } = test;
      await editor.reload();
      await editor.openConfig(id);
      assert.deepEqual(await editor.values(['email', 'password']), {
        email: 'me@oz.example',
        password: '__PWRD__',
      });
      assert.deepEqual(await editor.marked(), []);
    });

    it('stay when something else is saved, and when the dialog is cancelled', async () => {
      const sent: string[] = [];
      const { editor } = test;
      editor.page.on('request', (request) => sent.push(request.postData() ?? ''));
      await save(id, (page) => page.set('name', 'Renamed'));
      await editor.openConfig(id);
      await editor.set('password', NEW_PASSWORD);
      await editor.cancel();
      assert.deepEqual(await told(), { email: 'me@oz.example', has_password: true, has_token: false });
      assert.ok(sent.some((body) => body.includes('Renamed')));
      assert.ok(!sent.some((body) => body.includes(PASSWORD) || body.includes(NEW_PASSWORD)));
    });

    it('are in no answer of the admin API and in no log line', async () => {
      const flows = JSON.stringify(await test.nodeRed.admin('GET', '/flows'));
      assert.ok(flows.includes('Renamed'));
      for (const secret of [PASSWORD, NEW_PASSWORD, 'me@oz.example']) {
        assert.ok(!flows.includes(secret), 'flows');
        assert.ok(!test.nodeRed.log.some((line) => line.includes(secret)), 'log');
      }
      assert.equal(await test.editor.property(user, 'valid'), true);
    });

    it('can be cleared, which is marked', async () => {
      const { editor } = test;
      await editor.openConfig(id);
      await editor.set('password', '');
      assert.equal(await editor.ozError('password'), 'Enter the password');
      await editor.done();
      assert.equal(await editor.property(id, 'valid'), false);
    });
  });

  describe('Test connection', () => {
    const id = test.add('oz-auth', { auth: 'sandbox', url: 'http://127.0.0.1:1' });
    let sandbox: Sandbox;
    let stranger: Server;
    let strangerUrl: string;

    before(async function () {
      this.timeout(300_000);
      sandbox = await startSandbox();
      stranger = createServer((_request, response) => response.end('<h1>It works!</h1>'));
      await new Promise<void>((listening) => stranger.listen(0, '127.0.0.1', listening));
      strangerUrl = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    });
    after(async () => {
      stranger?.close();
      await sandbox?.stop();
    });

    /** Opens the dialog, sets it up, presses the button; what is said below it. */
    async function press(values: Record<string, string>): Promise<string> {
      const { editor } = test;
      await editor.openConfig(id);
      for (const [property, value] of Object.entries(values)) await editor.set(property, value);
      await editor.page.locator('#oz-auth-test').click();
      const answer = editor.page.locator('#oz-auth-test-answer.oz-good, #oz-auth-test-answer.oz-bad');
      await answer.waitFor();
      return answer.innerText();
    }

    it('says that all is well', async () => {
      assert.equal(
        (await press({ url: sandbox.url })).trim(),
        'Connected. The server answered and the sign-in works.\nReached directly, without a proxy.',
      );
    });

    it('tries e-mail and password before anything is deployed', async () => {
      const account = { auth: 'password', email: 'sandbox@oz.localhost' };
      const right = await press({ url: sandbox.url, ...account, password: 'oz-sandbox' });
      assert.match(right, /^\s*Connected/);
      await test.editor.closeDialogs();
      const wrong = await press({ url: sandbox.url, ...account, password: PASSWORD });
      assert.match(wrong, /^\s*The sign-in was refused/);
      assert.ok(!wrong.includes(PASSWORD));
    });

    it('says that nobody is there', async () => {
      assert.match(await press({ url: 'http://127.0.0.1:1' }), /^\s*The server cannot be reached/);
    });

    it('says that there is no TLS', async () => {
      const url = sandbox.url.replace('http:', 'https:');
      assert.match(await press({ url, auth: 'none' }), /^\s*Secure connection failed/);
    });

    it('says that something else than an Oz server is there', async () => {
      const answer = await press({ url: strangerUrl, auth: 'none' });
      assert.match(answer, /^\s*This does not look like an Oz server/);
    });

    it('says which API the server speaks, and selects it on request', async () => {
      const lite = await OzServer.start({ api: 'lite' });
      try {
        const answer = await press({ url: lite.url, auth: 'none' });
        assert.match(answer, /This server speaks API Lite, not the Oz API/);
        await test.editor.page.locator('#oz-auth-select-api').click();
        assert.deepEqual(await test.editor.visibleRows(['api', 'auth']), ['api']);
        await test.editor.page.locator('#oz-auth-test').click();
        const good = test.editor.page.locator('#oz-auth-test-answer.oz-good');
        assert.match(await good.innerText(), /Connected. API Lite is ready. 1.2.0/);
      } finally {
        await lite.stop();
      }
    });

    it('forgets its answer when the sign-in is changed', async () => {
      await press({ url: 'http://127.0.0.1:1' });
      await test.editor.set('auth', 'none');
      assert.equal(await test.editor.page.locator('#oz-auth-test-answer').innerText(), '');
    });
  });
});
