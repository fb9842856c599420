import type { Proposal } from '../../investigation/investigate.ts';
import type { Ink } from '../ink.ts';
import { counted, formatCount } from '../../wording/numbers/formatNumbers.ts';
import { chop, printable, wrap } from '../text.ts';

/** Nobody reads longer lines: they are cut. Characters. */
const longestLine = 1000;

function cut(line: string): string {
  const rest = line.length - longestLine;
  return rest > 0 ? `${line.slice(0, longestLine)} … (${formatCount(rest)} more characters)` : line;
}

/** A diff with each of its lines in its colour. Long lines are continued, endless ones cut. */
export function renderDiff(diff: string, ink: Ink, columns: number): readonly string[] {
  return diff
    .split('\n')
    .map(cut)
    .flatMap((line) => {
      const paint = line.startsWith('@@')
        ? ink.hunk
        : line.startsWith('+')
          ? ink.good
          : line.startsWith('-')
            ? ink.bad
            : ink.quiet;
      const [first = '', ...rest] = chop(
        printable(line.replaceAll('\t', '  ').replace(/\r$/, '')),
        columns - 2,
      );
      return [paint(first), ...rest.map((piece) => paint(`  ${piece}`))];
    });
}

/** More files than this are counted. */
const mostNamed = 4;

function listed(names: readonly string[]): string {
  const shown = names.length > mostNamed ? names.slice(0, mostNamed - 1) : names;
  const rest = names.length - shown.length;
  return [...shown, ...(rest > 0 ? [counted(rest, 'more file')] : [])].join(', ');
}

/** What can be done about a finding: the fix as a diff, or why there is none. */
export function renderProposal(proposal: Proposal, ink: Ink, columns: number): readonly string[] {
  if (proposal.kind === 'none') {
    const [first = '', ...rest] = wrap(`No fix: ${printable(proposal.reason)}`, columns);
    return [ink.mark(first), ...rest.map((line) => ink.mark(line))];
  }
  const { diff, elsewhere, assumptions, warnings } = proposal;
  const isProven = assumptions.length === 0;
  const title = wrap(`Fix${isProven ? '' : ' (needs review)'}: ${printable(proposal.title)}`, columns);
  const assumed = assumptions.map(
    ({ message, file, line }) => `Needs review: ${message} (${file}:${String(line)})`,
  );
  const also = elsewhere.length === 0 ? [] : [`It also changes ${listed(elsewhere)}.`];
  const notes = [...assumed, ...also, ...warnings.map((warning) => `Note: ${warning}`)];
  return [
    ...title.map((line) => (isProven ? ink.good(line) : ink.mark(line))),
    ...(diff === '' ? [] : renderDiff(diff, ink, columns)),
    ...notes.flatMap((note) => wrap(printable(note), columns)).map((line) => ink.mark(line)),
  ];
}
