/** Shorter secrets are not looked for: a one-letter password would leave every text full of holes. */
const MIN_SECRET_LENGTH = 4;

/** Takes secrets out of texts that come from outside, in each form in which a server may repeat what it was sent. */
export function redactor(secrets: Iterable<string | undefined>): (text: string) => string {
  const forms = new Set<string>();
  for (const secret of secrets) {
    if (secret === undefined || secret.length < MIN_SECRET_LENGTH) continue;
    for (const form of formsOf(secret)) if (form.length >= MIN_SECRET_LENGTH) forms.add(form);
  }
  if (forms.size === 0) return (text) => text;
  // The longest first, or the end of a longer form would be left behind.
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(escapeRegExp).join('|'), 'gi');
  return (text) => text.replace(pattern, '***');
}

function formsOf(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const url = encodeURIComponent(Buffer.from(secret).toString());
  return [
    secret,
    // The same as our own texts keep it, with runs of white space as one.
    secret.replace(/[\p{C}\s]+/gu, ' ').trim(),
    json,
    json.replaceAll('/', '\\/'),
    json.replace(/[^\x20-\x7e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`),
    url,
    url.replaceAll('%20', '+'),
    new URLSearchParams({ '': secret }).toString().slice(1),
    htmlEscape(secret, '&#39;'),
    htmlEscape(secret, '&#x27;'),
    Buffer.from(secret).toString('hex'),
    // Bytes of UTF-8 that were read as Latin-1.
    Buffer.from(secret).toString('latin1'),
    ...base64Forms(Buffer.from(secret)),
  ];
}

/** Base64 of the secret alone and in the midst of something else, where it may begin at each of three places. */
function base64Forms(secret: Buffer): string[] {
  return [0, 1, 2].flatMap((before) => {
    const whole = Buffer.concat([Buffer.alloc(before), secret]);
    // Only the characters that hold bits of nothing but the secret.
    const from = Math.ceil((before * 8) / 6);
    const to = Math.floor((whole.length * 8) / 6);
    const text = whole.toString('base64').slice(from, to);
    return [text, text.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function htmlEscape(text: string, apostrophe: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", apostrophe);
}

function escapeRegExp(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
