import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { compareReports, type Comparison } from '../../investigation/verdicts/compareReports.ts';
import type { Report, ReportFinding } from '../../report/report.ts';
import { innerCommandIds } from '../ids.ts';
import { placeOfFinding } from '../surfaces/reportPlaces.ts';
import { comparisonPage, type ComparedSide } from './comparisonPage.ts';

/** A report that can be compared, and where its files are. */
export interface Comparable {
  readonly name: string;
  readonly report: Report;
  readonly root: string;
}

/** Shows in a tab what became of each finding between two reports; its places lead to the source. */
export function showComparison(before: Comparable, after: Comparable): Comparison {
  const comparison = compareReports(before.report, after.report);
  const panel = vscode.window.createWebviewPanel(
    'offloop.comparison',
    vscode.l10n.t('{0} → {1}', before.name, after.name),
    vscode.ViewColumn.Active,
    { enableScripts: false, enableCommandUris: [innerCommandIds.openFrame], localResourceRoots: [] },
  );
  const nonce = randomBytes(16).toString('base64');
  panel.webview.html = comparisonPage(comparison, sideOf(before), sideOf(after), nonce, vscode.l10n);
  return comparison;
}

const sideOf = ({ name, report, root }: Comparable): ComparedSide => ({
  name,
  report,
  linkOf: (finding) => linkOf(finding, root),
});

/** A link that opens the place of a finding. */
function linkOf(finding: ReportFinding, root: string): string | null {
  const place = placeOfFinding(finding, root);
  if (place === null) return null;
  return `command:${innerCommandIds.openFrame}?${encodeURIComponent(JSON.stringify([place]))}`;
}
