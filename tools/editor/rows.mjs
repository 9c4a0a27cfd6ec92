/**
 * The rows of a node's dialog, out of its property table. They go where the template says `<!-- rows -->` or
 * `<!-- rows <section> -->`.
 */

const escape = (value) => String(value).replaceAll('&', '&amp;').replaceAll('"', '&quot;');

/** `name="value"`, for each that has one; `true` makes a bare name. */
const attributes = (all) =>
  Object.entries(all)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => (value === true ? ` ${name}` : ` ${name}="${escape(value)}"`))
    .join('');

/** The template with its rows. Throws when a property has no place in it. */
export function fillTemplate(template, table, texts, prefix) {
  const sections = new Map();
  for (const [name, entry] of Object.entries(table)) {
    if (entry.row === 'own' || entry.kind === 'version') continue;
    const section = entry.section ?? '';
    sections.set(section, [...(sections.get(section) ?? []), ...row(name, entry, texts, prefix)]);
  }
  const filled = template.replace(/^( *)<!-- rows ?(\w*) -->$/gm, (_mark, indent, section) => {
    const lines = sections.get(section) ?? [];
    sections.delete(section);
    return lines.map((line) => indent + line).join('\n');
  });
  const homeless = [...sections.keys()];
  if (homeless.length > 0) throw new Error(`the template has no rows for: ${homeless.join(', ')}`);
  return filled;
}

/** The row of one property, as lines of HTML. */
function row(name, entry, texts, prefix) {
  const id = `${prefix}-${name}`;
  const shown = {
    'data-when': entry.when && JSON.stringify(entry.when),
    'data-greyed': entry.greyed,
  };
  const content = entry.kind === 'flag' ? flag(name, entry, id, texts) : labelled(name, entry, id, texts);
  const classes = ['form-row', entry.kind === 'flag' && 'oz-beside-labels', entry.indent && 'oz-indent'];
  return [
    `<div${attributes({ class: classes.filter(Boolean).join(' '), ...shown })}>`,
    ...[...content, ...chooser(entry, id, texts), ...hints(name, entry, id, texts)].map(
      (line) => `  ${line}`,
    ),
    '</div>',
  ];
}

const flag = (name, entry, id, texts) => [
  `<label class="oz-check" for="${id}">`,
  `  <input${attributes({ type: 'checkbox', id, ...described(name, entry, id, texts) })} />`,
  `  <span data-i18n="${texts.label(name, entry)}"></span>`,
  '</label>',
];

const labelled = (name, entry, id, texts) => [
  `<label for="${id}">`,
  `  <i class="fa fa-${entry.icon}" aria-hidden="true"></i>`,
  `  <span data-i18n="${texts.label(name, entry)}"></span>`,
  '</label>',
  ...control(name, entry, id, texts),
];

function control(name, entry, id, texts) {
  const placeholder = texts.placeholder(name, entry);
  const input = (more) =>
    `<input${attributes({ id, 'data-i18n': placeholder && `[placeholder]${placeholder}`, ...described(name, entry, id, texts), ...more })} />`;
  switch (entry.kind) {
    case 'choice':
      return [
        `<select${attributes({ id, ...described(name, entry, id, texts) })}>`,
        ...entry.choices.map(
          (choice) =>
            `  <option value="${escape(choice)}" data-i18n="${texts.choice(name, entry, choice)}"></option>`,
        ),
        '</select>',
      ];
    case 'number': {
      const unit = texts.unit(name, entry);
      return [
        input({ type: 'text', inputmode: entry.whole ? 'numeric' : 'decimal', class: 'oz-number' }),
        ...(unit === undefined ? [] : [`<span class="oz-unit" data-i18n="${unit}"></span>`]),
      ];
    }
    case 'typed':
      return [input({ type: 'text' }), `<input type="hidden" id="${id}Type" />`];
    case 'credential':
      return [input({ type: entry.secret ? 'password' : 'text', spellcheck: 'false' })];
    default:
      return [input({ type: 'text', spellcheck: 'false' })];
  }
}

/** A button that fetches what there is, beside which the list of it appears, and a place to say why there is none: see collections.editor.ts. */
function chooser(entry, id, texts) {
  if (entry.choose === undefined) return [];
  const text = texts.of(entry.from, `${entry.choose}.button`);
  return [
    '<div class="oz-choose">',
    `  <button type="button" class="red-ui-button" id="${id}-list" data-i18n="${text}"></button>`,
    `  <span id="${id}-said" role="status"></span>`,
    '</div>',
  ];
}

/** Points a screen reader to the hint. */
const described = (name, entry, id, texts) =>
  texts.hint(name, entry) === undefined ? {} : { 'aria-describedby': `${id}-hint` };

/** The hint of the property, and those of its choices. */
function hints(name, entry, id, texts) {
  const hint = (key, more = {}) =>
    `<div${attributes({ class: 'oz-hint', ...more, 'data-i18n': texts.isMarkup(key) ? `[html]${key}` : key })}></div>`;
  const own = texts.hint(name, entry);
  const ofChoices = (entry.choices ?? []).flatMap((choice) => {
    const key = texts.choiceHint(name, entry, choice);
    return key === undefined ? [] : [hint(key, { 'data-when': JSON.stringify([{ [name]: [choice] }]) })];
  });
  return [...(own === undefined ? [] : [hint(own, { id: `${id}-hint` })]), ...ofChoices];
}
