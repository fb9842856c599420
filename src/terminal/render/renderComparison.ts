import { assertNever } from '../../base/assertNever.ts';
import type {
  ComparedFinding,
  Comparison,
  ComparisonSide,
} from '../../investigation/verdicts/compareReports.ts';
import type { Judgement } from '../../investigation/verdicts/judgeFinding.ts';
import { inkOf, type Ink, type RenderStyle } from '../ink.ts';
import { counted, formatCount, formatMs } from '../numbers.ts';
import { formatShare } from '../../wording/formatShare.ts';
import { placeOf, titleOf } from './findingTitle.ts';
import { columnWidths, fit, padEnd, padStart } from '../text.ts';

function verdictText({ verdict, reason, calls }: Judgement, ink: Ink): string {
  switch (verdict) {
    case 'gone':
      return ink.good('✓ gone');
    case 'faster':
      return ink.good('↓ faster');
    case 'same':
      return reason === 'taken-over' ? ink.bad('✗ another call took over its time') : 'still blocks';
    case 'slower':
      return ink.bad('↑ slower');
    case 'new':
      return ink.bad('+ new');
    case 'cannot-tell':
      return ink.mark(`? ${reasonText(reason, calls)}`);
    default:
      return assertNever(verdict);
  }
}

function reasonText(reason: Judgement['reason'], calls: Judgement['calls']): string {
  switch (reason) {
    case 'code-unchanged':
      return 'no verdict: its code did not change';
    case 'code-unknown':
      return 'no verdict: its code is unknown';
    case 'below-threshold':
      return 'no verdict: it was below the threshold';
    case 'near-threshold':
      return 'no verdict: it is too close to the threshold';
    case 'only-at-start':
      return 'no verdict: it blocks only at start-up';
    case 'too-few-calls':
      return calls === null ? 'too few calls seen' : callsText(calls);
    case 'no-code':
      return 'no verdict: no code causes it';
    case 'taken-over':
    case null:
      return 'no verdict';
    default:
      return assertNever(reason);
  }
}

const callsText = ({ seen, needed, counted }: NonNullable<Judgement['calls']>): string =>
  `${counted ? '' : 'about '}${formatCount(seen)} of ${formatCount(needed)} calls seen`;

const sideOf = (finding: ComparedFinding['before']): string =>
  finding === null ? '–' : `${formatCount(finding.count)}× ${formatMs(finding.p50Ms)}`;

function findingLines(compared: ComparedFinding, ink: Ink): readonly string[] {
  const finding = compared.after ?? compared.before;
  if (finding === null) return [];
  const place = placeOf(finding);
  const change = `${sideOf(compared.before)} → ${sideOf(compared.after)}`;
  return [
    `${ink.title(fit(titleOf(finding), ink.width - finding.cause.length - 2))}  ${ink.cause(finding.cause)}`,
    ...(place === null ? [] : [`  ${ink.place(fit(place, ink.width - 2))}`]),
    `  ${change}  ${verdictText(compared, ink)}`,
  ];
}

/** Narrower columns would move with every number. */
const leastColumn = 8;
const leastName = 18;

type Row = readonly [string, (side: ComparisonSide) => string];

const rows: readonly Row[] = [
  ['recorded', ({ durationMs }) => formatMs(durationMs)],
  ['requests', ({ requests }) => (requests === null ? '–' : formatCount(requests))],
  ['blocks', ({ blocks }) => formatCount(blocks)],
  ['blocked', ({ blockedMs }) => formatMs(blockedMs)],
  [
    'share of the time',
    ({ blockedMs, durationMs }) => (durationMs > 0 ? formatShare(blockedMs / durationMs) : '–'),
  ],
  ['longest block', ({ longestMs }) => formatMs(longestMs)],
  ['loop delay p99', ({ delayP99Ms }) => (delayP99Ms === null ? '–' : formatMs(delayP99Ms))],
];

const workerRow: Row = ['in worker threads', ({ workerBlocks }) => counted(workerBlocks, 'block')];

/** Two reports side by side, then what became of each finding. No newline at the end. */
export function renderComparison(comparison: Comparison, style: RenderStyle): string {
  const ink = inkOf(style);
  const { before, after } = comparison;
  const shown = before.workerBlocks + after.workerBlocks > 0 ? [...rows, workerRow] : rows;
  const cells = [['', 'before', 'after'], ...shown.map(([name, text]) => [name, text(before), text(after)])];
  const [widest = 0, ...widths] = columnWidths(cells, leastColumn);
  const [head = '', ...table] = cells.map(([name = '', ...values]) =>
    [
      padEnd(name, Math.max(widest, leastName)),
      ...values.map((value, column) => padStart(value, (widths[column] ?? 0) + 2)),
    ].join(''),
  );
  const findings = comparison.findings.flatMap((compared) => ['', ...findingLines(compared, ink)]);
  const none = comparison.findings.length === 0 ? ['', 'Neither recording has a finding.'] : [];
  return [ink.quiet(head), ...table, ...findings, ...none].join('\n');
}
