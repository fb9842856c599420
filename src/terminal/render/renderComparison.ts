import type {
  ComparedFinding,
  Comparison,
  ComparisonSide,
} from '../../investigation/verdicts/compareReports.ts';
import type { Judgement } from '../../investigation/verdicts/judgeFinding.ts';
import { inkOf, type Ink, type RenderStyle } from '../ink.ts';
import { counted, formatCount, formatMs, formatShare } from '../../wording/numbers/formatNumbers.ts';
import { english } from '../../wording/localizer.ts';
import { verdictText, type VerdictText } from '../../wording/verdictText.ts';
import { placeOf, titleOf } from './findingTitle.ts';
import { columnWidths, fit, padEnd, padStart } from '../text.ts';

/** The colour of a verdict. */
const paints = { good: 'good', bad: 'bad', open: 'mark', plain: null } as const satisfies Record<
  VerdictText['tone'],
  keyof Ink | null
>;

function verdictOf(judgement: Judgement, ink: Ink): string {
  const { tone, text } = verdictText(judgement, english);
  const paint = paints[tone];
  return paint === null ? text : ink[paint](text);
}

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
    `  ${change}  ${verdictOf(compared, ink)}`,
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
