import { withoutBytes } from './withoutBytes';

/** Limits of the search for reasons; the sentence is cut anyway. */
const MAX_WORDS_LENGTH = 10_000;
const MAX_NAME_LENGTH = 80;
const MAX_DETAIL_DEPTH = 4;
const MAX_REASONS = 5;
const MAX_SENTENCE_LENGTH = 200;

/** Keys that hold the reason itself, so that they are no part of the path to what it is about. */
const MESSAGE_KEYS = /^(messages?|msg|details?|error_details|errors?|reason|text|description)$/i;
/** Keys whose value is that path. */
const PATH_KEYS = /^(key_?path|key|path|field|param|loc)$/i;
/** Keys that repeat what was sent, which may be anything. */
const ECHO_KEYS = /^(value|input|given|got|received|actual|body|payload|request|headers|data)$/i;
/** What is never passed on, under whatever name a server repeats it. */
const SECRET_KEYS =
  /pass(word|wd|phrase)|token|secret|credential|authoriz|cookie|e_?mail|login|api_?key|signature/i;

/** The same in a text: `"password": "…"`, `token=…`. */
const SECRET_WORDS = new RegExp(
  `((?:${SECRET_KEYS.source})\\w{0,40}["']?\\s{0,3}[:=]\\s{0,3})("[^"]*"|'[^']*'|[^\\s,;&}]+)`,
  'gi',
);

type Redact = (text: string) => string;

/**
 * What a refusal says, in one line that can be shown: its message and the reasons in its details, which may be a text, an
 * object or an array (docs/oz-api.md 4.7), each behind the path to what it is about:
 * `analyses.0.source_media: BIOMETRY needs at least 2 media`.
 * @param details in each of its spellings
 * @param redact takes our secrets out; before anything is cut, or half of one would stay
 */
export function refusalText(
  message: string | undefined,
  details: readonly unknown[],
  redact: Redact,
): string {
  const said = [message, ...details.flatMap((one) => reasons(one, '', redact, 0))];
  const words = said.filter((one, at) => one !== undefined && one !== '' && said.indexOf(one) === at);
  return shownWords(words.join(': '), redact);
}

/** Which of these fields a refusal is about, as far as its details name one; nothing else of them is read. */
export function refusedField(details: readonly unknown[], fields: readonly string[]): string | undefined {
  for (const one of details.flat()) {
    if (typeof one !== 'object' || one === null) continue;
    for (const [key, value] of Object.entries(one)) {
      const step = PATH_KEYS.test(key) ? pathOf(value)?.split('.').at(-1) : undefined;
      const found = fields.find((field) => field === step);
      if (found !== undefined) return found;
    }
  }
  return undefined;
}

/** A server's words on one line, shortened and without secrets. */
export function shownWords(words: string, redact: Redact): string {
  return withoutStrangers(redact(words.slice(0, MAX_WORDS_LENGTH)))
    .replace(/[\p{C}\s]+/gu, ' ')
    .slice(0, MAX_SENTENCE_LENGTH);
}

/** Takes out what looks like somebody's secret although it is none of ours: an e-mail, a token, a picture, a query. */
export function withoutStrangers(text: string): string {
  return withoutBytes(text)
    .replace(/[^\s@"'<>(){}:,;]{1,64}@[^\s@"'<>(){}:,;]{1,250}/g, '***')
    .replace(SECRET_WORDS, '$1***')
    .replace(/(\bhttps?:\/\/[^\s?#"'<>]*)[?#][^\s"'<>]*/gi, '$1?***')
    .replace(/[\w+/=-]{32,}/g, (word) => (isName(word) ? word : '***'));
}

/** An id of the API, or words joined by underscores: neither is random. */
function isName(word: string): boolean {
  if (/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(word)) return true;
  return /^([a-z_/-]+|[A-Z_/-]+)$/.test(word);
}

function reasons(details: unknown, path: string, redact: Redact, depth: number): string[] {
  if (depth > MAX_DETAIL_DEPTH) return [];
  if (typeof details === 'string') return details.trim() === '' ? [] : [behind(path, details.trim())];
  if (typeof details === 'number') return path === '' ? [] : [behind(path, String(details))];
  if (typeof details !== 'object' || details === null) return [];
  const found = Array.isArray(details)
    ? details.slice(0, MAX_REASONS).flatMap((one: unknown, at) =>
        // A list of texts is about one thing, a list of objects about as many.
        reasons(
          one,
          typeof one === 'object' && one !== null ? join(path, String(at)) : path,
          redact,
          depth + 1,
        ),
      )
    : reasonsOf(Object.entries(details), path, redact, depth);
  return found.slice(0, MAX_REASONS);
}

function reasonsOf(entries: [string, unknown][], outer: string, redact: Redact, depth: number): string[] {
  const named = entries.find(([key, value]) => PATH_KEYS.test(key) && pathOf(value) !== undefined);
  const path = named === undefined ? outer : shortened(pathOf(named[1]) ?? '', redact);
  // Any word about a password may hold it.
  if (SECRET_KEYS.test(path)) return named === undefined ? [] : [path];
  const found = entries.flatMap((entry) => {
    const [key, value] = entry;
    if (entry === named || ECHO_KEYS.test(key) || SECRET_KEYS.test(key)) return [];
    if (MESSAGE_KEYS.test(key)) return reasons(value, path, redact, depth + 1);
    const name = shortened(key, redact);
    const plain = plainWords(value);
    // `expected: object` is about the path, not of a part of it.
    if (named !== undefined && plain !== undefined) return [behind(path, `${name} ${plain}`)];
    return reasons(value, join(path, name), redact, depth + 1);
  });
  return found.length === 0 && named !== undefined ? [path] : found;
}

/** A path as a text, or in steps. */
function pathOf(value: unknown): string | undefined {
  if (typeof value === 'string' && value !== '') return value;
  return Array.isArray(value) && value.length > 0 ? plainWords(value)?.replaceAll(', ', '.') : undefined;
}

function plainWords(value: unknown): string | undefined {
  const list: unknown[] = Array.isArray(value) ? value : [value];
  const words = list.filter((one) => typeof one === 'string' || typeof one === 'number');
  return words.length === list.length && words.length > 0 ? words.slice(0, 20).join(', ') : undefined;
}

const shortened = (name: string, redact: Redact): string =>
  redact(name.slice(0, MAX_WORDS_LENGTH)).slice(0, MAX_NAME_LENGTH);
const join = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`);
const behind = (path: string, text: string): string => (path === '' ? text : `${path}: ${text}`);
