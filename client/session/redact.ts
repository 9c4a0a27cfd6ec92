/** Shorter secrets are left alone: removing a one-letter password would leave every text full of holes. */
const MIN_SECRET_LENGTH = 4;

/** Fewer letters and digits than this may follow each other by chance. */
const MIN_SKELETON_LENGTH = 8;
/** Escapes within escapes that are undone, such as JSON in a JSON text in HTML. */
const MAX_ESCAPES = 3;

/**
 * Removes secrets from texts that come from outside, in every form in which a server may repeat what it was sent. A text
 * that holds one in yet another form, escaped twice or by another rule, is dropped as a whole.
 */
export function redactor(secrets: Iterable<string | undefined>): (text: string) => string {
  const forms = new Set<string>();
  const skeletons = new Set<string>();
  for (const secret of secrets) {
    if (secret === undefined || secret.length < MIN_SECRET_LENGTH) continue;
    for (const form of formsOf(secret)) if (form.length >= MIN_SECRET_LENGTH) forms.add(form);
    const skeleton = skeletonOf(secret);
    if (skeleton.length >= MIN_SKELETON_LENGTH) skeletons.add(skeleton);
  }
  if (forms.size === 0) return (text) => text;
  // The longest first, or the end of a longer form would be left behind.
  const longestFirst = [...forms].toSorted((a, b) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(escapeRegExp).join('|'), 'gi');
  return (text) => {
    const clean = text.replace(pattern, '***');
    return holdsOne(clean, skeletons) ? '***' : clean;
  };
}

function holdsOne(text: string, skeletons: ReadonlySet<string>): boolean {
  let plain = text;
  for (let undone = 0; undone <= MAX_ESCAPES; undone += 1) {
    const skeleton = skeletonOf(plain);
    for (const one of skeletons) if (skeleton.includes(one)) return true;
    const next = withoutEscapes(plain);
    if (next === plain) return false;
    plain = next;
  }
  return false;
}

/** What no escaping changes: ASCII letters and digits. A combining accent is dropped as well. */
const skeletonOf = (text: string): string =>
  text
    .normalize('NFC')
    .replace(/[^\da-z]/gi, '')
    .toLowerCase();

/** Undoes one layer of the escapes of HTML, URLs, JSON and programming languages. */
function withoutEscapes(text: string): string {
  return text.replace(
    /&#x([\da-f]{1,5});|\\u([\da-f]{4})|\\x([\da-f]{2})|%([\da-f]{2})|&#(\d{1,6});|&(?:amp|lt|gt|quot|apos);|\\+[abfnrtv0]?/gi,
    (escape, ...codes: (string | undefined)[]) => {
      const [html, json, byte, url, decimal] = codes;
      const hex = html ?? json ?? byte ?? url;
      if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
      if (decimal !== undefined) return String.fromCharCode(Number(decimal));
      return escape.toLowerCase() === '&amp;' ? '&' : '';
    },
  );
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

/** Base64 of the secret alone and inside a longer text, where it can begin at three alignments. */
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
