import { CALLS } from './calls';
import { KINDS } from './callUnderTest';
import { EXPECTED } from './expected';
import { FAULTS } from './faults';

export const BEGIN = '<!-- fault matrix: written by npm run docs:faults -->';
export const END = '<!-- end of the fault matrix -->';

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

/** The matrix as it stands in docs/reliability.md. */
export function faultTables(): string {
  const calls = KINDS.map((kind) => {
    const names = CALLS.filter((call) => call.kind === kind).map(({ name }) => name);
    return `- **${kind}**: ${names.join('; ')}`;
  });
  const exceptions = CALLS.flatMap(({ name, except = {} }) =>
    Object.entries(except).map(([where, outcome]) => `- ${name}: ${outcome} (${where})`),
  );
  const table = (when: 'always' | 'once'): string[] => [
    row(['fault', ...KINDS]),
    row(['fault', ...KINDS].map(() => '---')),
    ...FAULTS.filter(({ strike }) => when === 'always' || !('address' in strike)).map(({ name }) =>
      row([name, ...KINDS.map((kind) => EXPECTED[name]?.[when][kind] ?? '')]),
    ),
  ];
  return [
    ...calls,
    '',
    '### Every request is struck',
    '',
    ...table('always'),
    '',
    '### The first request is struck',
    '',
    ...table('once'),
    '',
    'Exceptions:',
    '',
    ...exceptions,
  ].join('\n');
}
