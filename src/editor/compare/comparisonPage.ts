import type {
  ComparedFinding,
  Comparison,
  ComparisonSide,
} from '../../investigation/verdicts/compareReports.ts';
import { findingName, findingPlace } from '../../report/exports/findingWords.ts';
import type { Report, ReportFinding } from '../../report/report.ts';
import type { Localizer } from '../../wording/localizer.ts';
import { formatCount, formatMs, formatShare } from '../../wording/numbers/formatNumbers.ts';
import { verdictText } from '../../wording/verdictText.ts';
import { escapeHtml } from '../../report/exports/escapeHtml.ts';

/** One of the two reports that are compared. */
export interface ComparedSide {
  /** What the user knows it by. */
  readonly name: string;
  readonly report: Report;
  /** Where a place of a finding leads, as the address of a link; null where it leads nowhere. */
  readonly linkOf: (finding: ReportFinding) => string | null;
}

const style = `body { padding: 0 20px 20px; line-height: 1.5; }
h1 { font-size: 1.3em; font-weight: 600; } h1 small { opacity: .7; font-weight: 400; }
table { border-collapse: collapse; margin: 16px 0; } th, td { text-align: left; padding: 6px 16px 6px 0; vertical-align: top; }
th { font-weight: 600; } thead th { border-bottom: 1px solid var(--vscode-widget-border, #8885); }
tbody tr + tr td, tbody tr + tr th { border-top: 1px solid var(--vscode-widget-border, #8883); }
.number { text-align: right; white-space: nowrap; } .verdict { white-space: nowrap; }
.good { color: var(--vscode-charts-green); } .bad { color: var(--vscode-errorForeground); }
.open { color: var(--vscode-descriptionForeground); } .findings { width: 100%; }
td small { display: block; color: var(--vscode-descriptionForeground); overflow-wrap: anywhere; }`;

/** Two reports side by side as a page without scripts: figures, then each finding with its verdict. */
export function comparisonPage(
  comparison: Comparison,
  before: ComparedSide,
  after: ComparedSide,
  nonce: string,
  l10n: Localizer,
): string {
  const rows = comparison.findings.map((finding) => findingRow(finding, before, after, l10n)).join('\n');
  const none = `<p>${escapeHtml(l10n.t('Neither of them holds a finding.'))}</p>`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'nonce-${nonce}'">
<style nonce="${nonce}">${style}</style>
<title>${escapeHtml(l10n.t('Comparison'))}</title>
</head>
<body>
<h1>${escapeHtml(before.name)} → ${escapeHtml(after.name)}</h1>
${figureTable(comparison, l10n)}
${rows === '' ? none : findingTable(rows, l10n)}
</body>
</html>`;
}

function figureTable({ before, after }: Comparison, l10n: Localizer): string {
  const ms = (value: number | null): string => (value === null ? '–' : formatMs(value));
  const share = ({ blockedMs, durationMs }: ComparisonSide): string =>
    durationMs > 0 ? formatShare(blockedMs / durationMs) : '–';
  const figures: readonly (readonly [string, (side: ComparisonSide) => string])[] = [
    [l10n.t('Recorded'), (side) => ms(side.durationMs)],
    [l10n.t('Requests'), (side) => (side.requests === null ? '–' : formatCount(side.requests))],
    [l10n.t('Blocks'), (side) => formatCount(side.blocks)],
    [l10n.t('Share of the time'), share],
    [l10n.t('Longest block'), (side) => ms(side.longestMs)],
    [l10n.t('Loop delay p99'), (side) => ms(side.delayP99Ms)],
  ];
  const rows = figures.map(
    ([name, text]) =>
      `<tr><th scope="row">${escapeHtml(name)}</th><td class="number">${escapeHtml(text(before))}</td><td class="number">${escapeHtml(text(after))}</td></tr>`,
  );
  const head = ['', l10n.t('before'), l10n.t('after')];
  const cells = head.map(
    (text, index) => `<th scope="col"${index === 0 ? '' : ' class="number"'}>${escapeHtml(text)}</th>`,
  );
  return `<table><thead><tr>${cells.join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>`;
}

function findingTable(rows: string, l10n: Localizer): string {
  const head = [l10n.t('Call'), l10n.t('before'), l10n.t('after'), l10n.t('Verdict')];
  const cells = head.map(
    (text, index) =>
      `<th scope="col"${index === 1 || index === 2 ? ' class="number"' : ''}>${escapeHtml(text)}</th>`,
  );
  return `<table class="findings"><thead><tr>${cells.join('')}</tr></thead><tbody>
${rows}
</tbody></table>`;
}

function findingRow(
  compared: ComparedFinding,
  before: ComparedSide,
  after: ComparedSide,
  l10n: Localizer,
): string {
  const side = compared.after === null ? before : after;
  const finding = compared.after ?? compared.before;
  if (finding === null) return '';
  const place = findingPlace(finding) ?? '';
  const link = side.linkOf(finding);
  const shown = link === null ? escapeHtml(place) : `<a href="${escapeHtml(link)}">${escapeHtml(place)}</a>`;
  const { tone, text } = verdictText(compared, l10n);
  return `<tr><td>${escapeHtml(findingName(finding, side.report))}<small>${shown}${place === '' ? '' : ' · '}${escapeHtml(finding.cause)}</small></td>
<td class="number">${figuresOf(compared.before, l10n)}</td><td class="number">${figuresOf(compared.after, l10n)}</td>
<td class="verdict ${tone}">${escapeHtml(text)}</td></tr>`;
}

/** How often a call blocked, how long usually, and at most. */
function figuresOf(finding: ReportFinding | null, l10n: Localizer): string {
  if (finding === null) return '–';
  const usual = `${formatCount(finding.count)}× ${formatMs(finding.p50Ms)}`;
  return `${escapeHtml(usual)}<small>${escapeHtml(l10n.t('longest {0}', formatMs(finding.maxMs)))}</small>`;
}
