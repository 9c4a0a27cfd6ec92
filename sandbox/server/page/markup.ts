/** Text that has been made safe for a page. */
export class Html {
  constructor(readonly text: string) {}
}

type Value = string | number | Html | readonly Html[];

/** Builds HTML from a template; every value that is not HTML already is escaped. */
export function markup(strings: TemplateStringsArray, ...values: Value[]): Html {
  const parts = strings.map(
    (part, index) => part + (index < values.length ? textOf(values[index] ?? '') : ''),
  );
  return new Html(parts.join(''));
}

function textOf(value: Value): string {
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
