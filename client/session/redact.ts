/** Shorter secrets are left alone: removing a one-letter password would leave every text full of holes. */
const MIN_SECRET_LENGTH = 4;

/**
 * Of a longer one, such as a token that holds claims, this much is searched for, and what follows it is taken for the rest:
 * several of them whole, in all their forms, would be more than a regular expression can hold.
 */
const MAX_SEARCHED_LENGTH = 256;

/** A run of fewer letters and digits than this may be chance. */
const MIN_SKELETON_LENGTH = 8;
/** Escapes within escapes that are undone, such as JSON in a JSON text in HTML. */
const MAX_ESCAPES = 3;

/**
 * Removes secrets from texts that come from outside, in every form in which a server may repeat what it was sent. A text
 * that holds one in yet another form, escaped twice or by another rule, is dropped as a whole.
 */
export function redactor(secrets: Iterable<string | undefined>): (text: string) => string {
  const forms = new Map<string, string>();
  const skeletons = new Set<string>();
  const folded = new Set<string>();
  for (const whole of secrets) {
    if (whole === undefined || whole.length < MIN_SECRET_LENGTH) continue;
    const secret = whole.slice(0, MAX_SEARCHED_LENGTH);
    const rest = whole.length === secret.length ? '' : /\s/.test(whole) ? '[^]*' : '\\S*';
    for (const form of formsOf(secret)) {
      if (form.length < MIN_SECRET_LENGTH) continue;
      forms.set(form, rest);
      const fold = foldOf(form);
      if (isUnusual(fold)) folded.add(fold);
    }
    // What looks like an escape in a secret is undone with those of the text around it.
    for (let plain of [secret, asLatin1(secret)]) {
      for (let undone = 0; undone < MAX_ESCAPES; undone += 1) {
        plain = withoutEscapes(plain);
        if (isUnusual(foldOf(plain))) folded.add(foldOf(plain));
      }
    }
    const skeleton = skeletonOf(secret);
    if (skeleton.length >= MIN_SKELETON_LENGTH) skeletons.add(skeleton);
  }
  if (forms.size === 0) return (text) => text;
  // The longest first, or the end of a longer form would be left behind.
  const longestFirst = [...forms].toSorted(([a], [b]) => b.length - a.length);
  const pattern = new RegExp(longestFirst.map(([form, rest]) => escapeRegExp(form) + rest).join('|'), 'gi');
  return (text) => {
    const clean = text.replace(pattern, '***');
    return holdsOne(clean, skeletons, folded) ? '***' : clean;
  };
}

function holdsOne(text: string, skeletons: ReadonlySet<string>, folded: ReadonlySet<string>): boolean {
  let plain = text;
  for (let undone = 0; undone <= MAX_ESCAPES; undone += 1) {
    const [skeleton, fold] = [skeletonOf(plain), foldOf(plain)];
    for (const one of skeletons) if (skeleton.includes(one)) return true;
    for (const one of folded) if (fold.includes(one)) return true;
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

/** In one spelling of letters and accents, without white space: what is left of a text once it was unescaped. */
const foldOf = (text: string): string =>
  text
    .normalize('NFKC')
    .replace(/[\p{C}\s]+/gu, '')
    .toUpperCase()
    .toLowerCase();

/** Whether a text is long enough, or has characters unusual enough, not to occur by chance. */
const isUnusual = (fold: string): boolean =>
  fold.length >= MIN_SKELETON_LENGTH || (fold.length >= MIN_SECRET_LENGTH && /[^\da-z]/.test(fold));

/** Names that HTML has for letters with these accents, such as `&uuml;`. */
const ACCENTS: Readonly<Record<string, string>> = {
  uml: '\u0308',
  acute: '\u0301',
  grave: '\u0300',
  circ: '\u0302',
  tilde: '\u0303',
  ring: '\u030a',
  cedil: '\u0327',
  caron: '\u030c',
};
const NAMED: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  szlig: 'ß',
};

const ESCAPES = new RegExp(
  [
    // By a number of base 16: HTML, JSON, programming languages, URLs, mail.
    /&#x(?<html>[\da-f]{1,6});|\\u\{(?<braced>[\da-f]{1,6})\}|\\u(?<json>[\da-f]{4})|%u(?<old>[\da-f]{4})|U\+(?<named>[\da-f]{4,6})/,
    /\\x(?<byte>[\da-f]{2})|%(?<url>[\da-f]{2})|=(?<mail>[\da-f]{2})/,
    /&#(?<decimal>\d{1,7});|\\(?<octal>[0-3][0-7]{2})/,
    /&(?<letter>[a-z])(?<accent>uml|acute|grave|circ|tilde|ring|cedil|caron);|&(?<sign>amp|lt|gt|quot|apos|szlig);/,
    /\\+[abfnrtv0]?/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gi',
);

/** Undoes one layer of escapes. Bytes of UTF-8 become one letter each, as in {@link asLatin1}. */
function withoutEscapes(text: string): string {
  return text.replace(ESCAPES, (...match: unknown[]) => {
    const found = match.at(-1) as Record<string, string | undefined>;
    const { html, braced, json, old, named, byte, url, mail, decimal, octal, letter, accent, sign } = found;
    const hex = html ?? braced ?? json ?? old ?? named ?? byte ?? url ?? mail;
    if (hex !== undefined) return character(parseInt(hex, 16));
    if (octal !== undefined) return character(parseInt(octal, 8));
    if (decimal !== undefined) return character(Number(decimal));
    if (letter !== undefined) return `${letter}${ACCENTS[accent?.toLowerCase() ?? ''] ?? ''}`;
    return NAMED[sign?.toLowerCase() ?? ''] ?? '';
  });
}

const character = (code: number): string => (code <= 0x10ffff ? String.fromCodePoint(code) : '');

/** Whether other encodings need not be searched for: true of all tokens, which are long and many. */
const isAscii = (text: string): boolean => /^[\x20-\x7e]*$/.test(text);

/** The letters for which the bytes of UTF-8 are taken where they are read as Latin-1. */
const asLatin1 = (text: string): string => Buffer.from(text).toString('latin1');

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
    asLatin1(secret),
    // Bytes as JSON and programs list them.
    [...Buffer.from(secret)].join(','),
    ...base64Forms(Buffer.from(secret)),
    ...(isAscii(secret)
      ? []
      : [...base64Forms(Buffer.from(secret, 'latin1')), ...base64Forms(Buffer.from(secret, 'utf16le'))]),
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
