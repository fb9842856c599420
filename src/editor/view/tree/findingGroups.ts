import { groupOf, type FindingGroup } from '../../../report/findingGroup.ts';
import { isGone, viewsOfSession, type FindingView } from '../../state/findingViews.ts';
import type { Session } from '../../state/session.ts';
import { isOwnCode, shownMs } from '../findingText.ts';

/** What the findings of a session are sorted into, in the order in which they are shown. */
const treeGroups = ['blocks', 'fixed', 'startup', 'foreign', 'starved'] as const;

/** `foreign`: code of packages and of Node, which a change of the project's own code does not reach. */
export type TreeGroup = (typeof treeGroups)[number];

/** The findings of one group, those that blocked longest first. */
export interface GroupedFindings {
  readonly group: TreeGroup;
  readonly views: readonly FindingView[];
}

const byGroup: Readonly<Record<Exclude<FindingGroup, 'block'>, TreeGroup>> = {
  startup: 'startup',
  starved: 'starved',
};

function treeGroupOf(view: FindingView): TreeGroup {
  if (isGone(view)) return 'fixed';
  const group = groupOf(view.finding, view.run.report);
  if (group !== 'block') return byGroup[group];
  return isOwnCode(view.finding) ? 'blocks' : 'foreign';
}

/** The groups of a session that have a finding. */
export function groupsOf(session: Session, sessions: readonly Session[]): readonly GroupedFindings[] {
  const found = viewsOfSession(session, sessions).map((view) => ({ view, group: treeGroupOf(view) }));
  return treeGroups.flatMap((group): GroupedFindings[] => {
    const views = found.filter((each) => each.group === group).map(({ view }) => view);
    return views.length === 0 ? [] : [{ group, views: views.sort(longestFirst) }];
  });
}

/** By the number that a row begins with. */
const longestFirst = (a: FindingView, b: FindingView): number =>
  shownMs(b) - shownMs(a) || b.finding.totalMs - a.finding.totalMs;

/**
 * How many findings a session has, as every list says it: those of earlier runs too. Start-up and a lack of CPU say nothing of
 * the running program, so they count only where there is nothing else.
 */
export function findingCount(session: Session, sessions: readonly Session[]): number {
  const groups = groupsOf(session, sessions);
  const running = groups.filter(({ group }) => group !== 'startup' && group !== 'starved');
  return (running.length > 0 ? running : groups).reduce((sum, { views }) => sum + views.length, 0);
}
