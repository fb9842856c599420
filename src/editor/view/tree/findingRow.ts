import { findingRoute } from '../../../report/findingRoute.ts';
import { isGone, type FindingView } from '../../state/findingViews.ts';
import { messageOf, outcomeOf, plain, shownMs, subjectOf, workersText } from '../findingText.ts';
import type { Localizer } from '../localizer.ts';
import { formatMs } from '../numbers.ts';
import type { RowText } from './treeNodes.ts';

/** So much of a row of a group is readable at the default width of the side bar (300 px). Characters. */
const readable = 32;

/** A finding as a row: `130 ms  POST /login · pbkdf2Sync`, then how often, in which function, and what became of it. */
export function findingRow(view: FindingView, l10n: Localizer): RowText {
  return view.session.kind === 'scan' ? scannedRow(view, l10n) : measuredRow(view, l10n);
}

function measuredRow(view: FindingView, l10n: Localizer): RowText {
  const { finding, run, callee } = view;
  const subject = subjectOf(view, l10n);
  const served = findingRoute(view.id, run.report);
  const route = served === null ? null : plain(served);
  const { label, hasRoute } = labelOf(formatMs(shownMs(view)), route, subject);
  const within = finding.callSite?.function ?? null;
  const parts = [
    outcomeOf(view, l10n),
    hasRoute ? null : route,
    isGone(view) ? null : `${String(finding.count)}×`,
    callee === null || within === null || within === callee ? null : l10n.t('in {0}', plain(within)),
    workersText(view, l10n),
    finding.stale ? l10n.t('source changed since start') : null,
  ];
  return { label, description: parts.filter((part) => part !== null).join(' · ') };
}

/** The number and the call are always readable; the route is where it fits, else it begins the description. */
function labelOf(
  number: string,
  route: string | null,
  subject: string,
): { readonly label: string; readonly hasRoute: boolean } {
  const names = [subject, withoutReceiver(subject)];
  const withRoute = route === null ? [] : names.map((name) => `${number}  ${route} · ${name}`);
  const fitting = withRoute.find(({ length }) => length <= readable);
  if (fitting !== undefined) return { label: fitting, hasRoute: true };
  const alone = names.map((name) => `${number}  ${name}`);
  const label = alone.find(({ length }) => length <= readable) ?? alone[1] ?? number;
  return { label, hasRoute: false };
}

/** `pbkdf2Sync` for `crypto.pbkdf2Sync`: the name says enough. `parse` for `JSON.parse` would not. */
const withoutReceiver = (name: string): string => /\.(\w{6,}Sync)$/.exec(name)?.[1] ?? name;

/** Nothing was measured: the place is all there is to tell. */
function scannedRow(view: FindingView, l10n: Localizer): RowText {
  const { callSite } = view.finding;
  const subject = subjectOf(view, l10n);
  if (callSite === null) return { label: subject, description: '' };
  const place = `${plain(callSite.file)}:${String(callSite.line)}`;
  return { label: l10n.t('{0} in {1}', subject, plain(callSite.function)), description: place };
}

/** All that is known of a finding, line by line, nothing cut off. */
export function findingTooltip(view: FindingView, l10n: Localizer): string {
  const { finding, run } = view;
  const site = finding.callSite;
  const lines = [
    messageOf(view, l10n),
    findingRoute(view.id, run.report),
    site === null ? null : `${site.file}:${String(site.line)}`,
    isGone(view) ? null : outcomeOf(view, l10n),
  ];
  return lines.filter((line) => line !== null).join('\n');
}
