/**
 * Fills in a node's editor script, as literals, what its source only names: `defaults` and `credentials` from the
 * property table, and what all definitions have in common. So whoever reads the page, and the scorecard of the flow
 * library, finds everything in its place.
 */

/** A value as a literal in the style of the compiled scripts. */
function literal(value) {
  if (Array.isArray(value)) return `[${value.map(literal).join(', ')}]`;
  if (typeof value === 'object' && value !== null) return object(value);
  return typeof value === 'string' ? `'${value.replace(/[\\']/g, String.raw`\$&`)}'` : String(value);
}

const object = (fields) =>
  `{ ${Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}: ${literal(value)}`)
    .join(', ')} }`;

const block = (lines, indent) => `{\n${lines.map((line) => `${indent}    ${line},\n`).join('')}${indent}}`;

/** What the dialog has to know of a property: see `OzFacts` in nodes/shared/editor.d.ts. */
function facts(name, entry, texts) {
  const { kind, type, types, min, max, whole, required, when, was, check, section } = entry;
  return {
    name,
    kind,
    value: kind === 'config' ? '' : entry.default,
    ...(kind === 'typed' ? { types } : { type }),
    label: texts.label(name, entry),
    was,
    min,
    max,
    whole,
    required,
    when,
    check,
    folded: section === 'more' || undefined,
  };
}

/** What every node but the config node has in its definition; one that names such a field itself keeps its own. */
const COMMON = (node) => ({
  category: "'Oz'",
  color: "'#8DB8B5'",
  inputs: '1',
  outputs: '1',
  icon: `'${node}.svg'`,
  paletteLabel: "text('label.node')",
  labelStyle: 'ozDialog.labelStyle',
  inputLabels: "text('port.input')",
  outputLabels: "() => text('port.output')",
  onadd: 'ozDialog.onadd',
  oneditprepare: 'ozDialog.oneditprepare',
  oneditsave: 'ozDialog.oneditsave',
});

function commonLines(node, script, indent) {
  return Object.entries(COMMON(node))
    .filter(([name]) => !new RegExp(`^${indent}${name}\\b`, 'm').test(script))
    .map(([name, value]) => `${indent}${name}: ${value},`)
    .join('\n');
}

/** Puts the literals where the compiled script of a node names them. */
export function fillScript(node, script, table, texts) {
  const entries = Object.entries(table);
  const defaults = entries
    .filter(([, { kind }]) => kind !== 'credential')
    .flatMap(([name, entry]) => {
      if (entry.kind === 'version') return [`${name}: { value: ${entry.default} }`];
      return [
        `${name}: ozDialog.property(${object(facts(name, entry, texts))})`,
        ...(entry.kind === 'typed' ? [`${name}Type: { value: ${literal(entry.type)} }`] : []),
      ];
    });
  const credentials = entries
    .filter(([, { kind }]) => kind === 'credential')
    .map(
      ([name, entry]) =>
        `${name}: ozDialog.credential(${object({
          name,
          type: entry.secret ? 'password' : 'text',
          label: texts.label(name, entry),
          when: entry.when,
          check: entry.check,
        })})`,
    );
  return script
    .replace(/^( *)\.\.\.OZ_COMMON,$/m, (_line, indent) => commonLines(node, script, indent))
    .replace(
      /^( *)(.*)\bOZ_DEFAULTS\b/m,
      (_line, indent, before) => indent + before + block(defaults, indent),
    )
    .replace(
      /^( *)(.*)\bOZ_CREDENTIALS\b/m,
      (_line, indent, before) => indent + before + block(credentials, indent),
    );
}
