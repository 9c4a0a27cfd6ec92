/** Bytes as a program writes them in a text: `\xff`, `\u00ff`, `\377`, `%FF`, `=FF`, `&#255;`, `&#xff;`. */
const ESCAPE = /\\x[\da-f]{2}|\\u[\da-f]{4}|\\[0-3][0-7]{2}|[%=][\da-f]{2}|&#(?:\d{1,3}|x[\da-f]{1,4});/gi;
/** What bytes are, where they are read as text. Texts hold no other control characters than white space. */
const NO_TEXT = /[^\P{Cc}\t\n\r]|[\p{Cn}\p{Co}\p{Cs}\ufffd]/gu;
/** Too long for a word, and of all kinds of characters, as base64 is. */
const RANDOM_WORD = /(?<![\w+/=-])(?=[\w+/=-]*\d)(?=[\w+/=-]*[a-z])(?=[\w+/=-]*[A-Z])[\w+/=-]{16,}/g;
const WORD = /[^\s,:;"'`|\\[\](){}<>]+/g;

/** A sentence has fewer odd characters, escapes or words that are none than this. */
const [MIN_NO_TEXT, MIN_ESCAPES, MIN_ODD_WORDS] = [3, 8, 24];

/**
 * A text without the bytes that a server repeats in it, such as those of a picture that it cannot read: as they are, or
 * written in escapes, numbers or pieces of base64. Nothing more can be learned from it where they begin, so it ends there.
 */
export function withoutBytes(text: string): string {
  const readable = upToFirst(upToFirst(text, NO_TEXT, MIN_NO_TEXT), ESCAPE, MIN_ESCAPES);
  return upToOddWords(readable).replace(RANDOM_WORD, '***');
}

/** The text up to the first match, if there are so many of them. */
function upToFirst(text: string, pattern: RegExp, least: number): string {
  const found = [...text.matchAll(pattern)];
  return found.length < least ? text : cutAt(text, found[0]?.index);
}

/** The text up to where numbers or pieces of base64 begin, if most of what follows is of that kind. */
function upToOddWords(text: string): string {
  const words = [...text.matchAll(WORD)];
  const odd = words.map(([word]) => isOdd(word));
  // A sentence may have a single one.
  const first = odd.findIndex((_, at) => odd.slice(at, at + 3).every(Boolean));
  const count = odd.slice(first).filter(Boolean).length;
  return count < MIN_ODD_WORDS || 2 * count < words.length - first ? text : cutAt(text, words[first]?.index);
}

/** A number in any base, a piece of base64, or a single letter. */
const isOdd = (word: string): boolean =>
  /^[\w+/=-]+$/.test(word) && (word.length === 1 || /\d|[a-z][A-Z]|[A-Z]{2}[a-z]|[+/=]/.test(word));

const cutAt = (text: string, at = 0): string => `${text.slice(0, at)}***`;
