/**
 * The tables of docs/flow-properties.md, out of the property tables: between `<!-- properties <node> -->` and
 * `<!-- end -->`. The build writes them anew when they differ.
 */
import prettier from 'prettier';

const code = (value) => `\`${value}\``;

/** When a property counts: `with \`action\` \`list\``. */
const condition = (when) =>
  when
    .map((all) =>
      Object.entries(all)
        .map(([name, choices]) =>
          choices.length === 1 && choices[0] === true
            ? code(name)
            : `${code(name)} ${choices.map(code).join(', ')}`,
        )
        .join(' and '),
    )
    .join('; or ');

function values(entry) {
  if (entry.kind === 'choice')
    return entry.choices
      .filter((choice) => choice !== '')
      .map(code)
      .join(', ');
  if (entry.kind === 'number') return `${entry.min} to ${entry.max}`;
  if (entry.kind === 'version') return 'number';
  if (entry.kind === 'flag') return '`true`, `false`';
  return entry.kind === 'typed' ? 'TypedInput' : 'text';
}

function defaultOf(name, entry) {
  if (entry.kind === 'config' || entry.kind === 'credential') return '–';
  const value = entry.default === '' ? '–' : code(entry.default);
  return entry.kind === 'typed' ? `${value}, ${code(entry.type)}` : value;
}

function row([name, entry]) {
  const names = entry.kind === 'typed' ? `${code(name)}, ${code(`${name}Type`)}` : code(name);
  const when = entry.when === undefined ? '' : `With ${condition(entry.when)}: `;
  const cells = [names + (entry.fixed ? ' ¹' : ''), defaultOf(name, entry), values(entry), when + entry.doc];
  return `| ${cells.map((cell) => cell.replaceAll('|', String.raw`\|`)).join(' | ')} |`;
}

/** The document with its tables. `tables`: property table of each node, by its name. */
export async function fillDocument(document, tables, options) {
  const filled = document.replace(
    /(<!-- properties ([\w-]+) -->)[^]*?(<!-- end -->)/g,
    (_whole, begin, node, end) => {
      const rows = Object.entries(tables[node]).map(row);
      return [
        begin,
        '',
        '| property | default | values | meaning |',
        '| --- | --- | --- | --- |',
        ...rows,
        '',
        end,
      ].join('\n');
    },
  );
  return prettier.format(filled, { ...options, parser: 'markdown' });
}
