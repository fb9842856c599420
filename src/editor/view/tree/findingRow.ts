import { findingRoute } from '../../../report/findingRoute.ts';
import { isGone, type FindingView } from '../../state/findingViews.ts';
import { messageOf, outcomeOf, plain, shownMs, subjectOf, workersText } from '../findingText.ts';
import type { Localizer } from '../../../wording/localizer.ts';
import { formatCount, formatMs } from '../../../wording/numbers/formatNumbers.ts';
import type { RowText } from './treeNodes.ts';

/** So much of a row is readable at the default width of the side bar (300 px) in a wide font: alone, and in a group. Characters. */
const readable = { alone: 31, grouped: 29 } as const;

/** A finding as a row: `130 ms  POST /login · pbkdf2Sync`, then how often, in which function, and what became of it. */
export function findingRow(view: FindingView, isAlone: boolean, l10n: Localizer): RowText {
  const room = isAlone ? readable.alone : readable.grouped;
  return view.session.kind === 'scan' ? scannedRow(view, l10n) : measuredRow(view, room, l10n);
}

function measuredRow(view: FindingView, room: number, l10n: Localizer): RowText {
  const { finding, run, callee } = view;
  const subject = subjectOf(view, l10n);
  const served = findingRoute(view.id, run.report);
  const route = served === null ? null : plain(served);
  const { label, hasRoute } = labelOf(formatMs(shownMs(view)), route, subject, room);
  const within = finding.callSite?.function ?? null;
  const behind = hasRoute ? null : route;
  // With more behind it, the route itself would be cut off; the tooltip says the rest.
  const isFull = behind !== null && label.length + behind.length > room - 3;
  const isNamed = callee !== null && within !== null && within !== callee;
  const parts = [
    outcomeOf(view, l10n),
    behind,
    isGone(view) || isFull ? null : `${formatCount(finding.count)}×`,
    isNamed && !isFull ? l10n.t('in {0}', plain(within)) : null,
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
  room: number,
): { readonly label: string; readonly hasRoute: boolean } {
  const short = withoutReceiver(subject);
  const fitting = [subject, short]
    .map((name) => (route === null ? `${number}  ${name}` : `${number}  ${route} · ${name}`))
    .find(({ length }) => length <= room);
  if (fitting !== undefined) return { label: fitting, hasRoute: route !== null };
  // The shorter name leaves room for the route behind it.
  return { label: `${number}  ${short}`, hasRoute: false };
}

/** `pbkdf2Sync` for `crypto.pbkdf2Sync`: the name says enough. `parse` for `JSON.parse` would not. */
const withoutReceiver = (name: string): string => /\.(\w{4,}Sync)$/.exec(name)?.[1] ?? name;

/** Nothing was measured: the place is all there is to tell. */
function scannedRow(view: FindingView, l10n: Localizer): RowText {
  const { callSite } = view.finding;
  const subject = subjectOf(view, l10n);
  if (callSite === null) return { label: subject, description: '' };
  const place = `${plain(callSite.file)}:${String(callSite.line)}`;
  return { label: subject, description: `${place} · ${l10n.t('in {0}', plain(callSite.function))}` };
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
