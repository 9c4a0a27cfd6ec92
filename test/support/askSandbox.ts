import type { Sandbox } from '../../tools/launch/sandbox';
import { record } from '../../tools/launch/values';

/** Asks the sandbox's API as its test account, without the client; with a body by POST. */
export async function askSandbox(
  sandbox: Sandbox,
  path: string,
  body?: object,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const credentials = { email: 'sandbox@oz.localhost', password: 'oz-sandbox' };
  const signedIn = await fetch(`${sandbox.url}/api/authorize/auth`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ credentials }),
  });
  const { access_token: token } = record(await signedIn.json());
  const answer = await fetch(sandbox.url + path, {
    headers: { 'X-Forensic-Access-Token': String(token) },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
  });
  return { status: answer.status, body: record(await answer.json()) };
}
