import { assertNever } from '../../../base/assertNever.ts';
import type { ReportBlock, ReportStackFrame } from '../../../report/report.ts';
import { partMs, stackIn } from '../../../report/stackIn.ts';
import type { FindingView } from '../../state/findingViews.ts';
import type { Session } from '../../state/session.ts';
import { groupsOf, type GroupedFindings, type TreeGroup } from './findingGroups.ts';

/** A row of the sessions tree. */
export type TreeNode =
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'group'; readonly session: Session; readonly group: TreeGroup; readonly count: number }
  | {
      readonly kind: 'finding';
      readonly view: FindingView;
      readonly group: TreeGroup;
      readonly isAlone: boolean;
    }
  | { readonly kind: 'block'; readonly view: FindingView; readonly block: ReportBlock }
  | { readonly kind: 'frame'; readonly root: string; readonly frame: ReportStackFrame };

/** A finding as a row. `isAlone`: no group stands above it, because its session has no other. */
export type FindingNode = Extract<TreeNode, { readonly kind: 'finding' }>;

/** A row's two texts: what must be readable at the default width of the side bar, and what may be cut off. */
export interface RowText {
  readonly label: string;
  readonly description: string;
}

/** The longest blocks are listed; the timeline shows all. */
const mostBlocks = 20;

/** Rows below a row; of the root: the sessions, last first. */
export function childNodes(node: TreeNode | undefined, sessions: readonly Session[]): readonly TreeNode[] {
  if (node === undefined) return [...sessions].reverse().map((session) => ({ kind: 'session', session }));
  switch (node.kind) {
    case 'session':
      return rowsOfSession(node.session, sessions);
    case 'group':
      return groupsOf(node.session, sessions)
        .filter(({ group }) => group === node.group)
        .flatMap((grouped) => findingRows(grouped, false));
    case 'finding':
      return blocksOf(node.view).map((block) => ({ kind: 'block', view: node.view, block }));
    case 'block':
      return stackIn(node.block, node.view.id).map((frame) => ({
        kind: 'frame',
        root: node.view.session.root,
        frame,
      }));
    case 'frame':
      return [];
    default:
      return assertNever(node);
  }
}

/** A single group is not shown as one. */
function rowsOfSession(session: Session, sessions: readonly Session[]): readonly TreeNode[] {
  const groups = groupsOf(session, sessions);
  if (groups.length === 1) return groups.flatMap((grouped) => findingRows(grouped, true));
  return groups.map(({ group, views }) => ({ kind: 'group', session, group, count: views.length }));
}

const findingRows = ({ group, views }: GroupedFindings, isAlone: boolean): readonly TreeNode[] =>
  views.map((view) => ({ kind: 'finding', view, group, isAlone }));

/** The blocks of a finding, those in which its own part is longest first. */
function blocksOf({ id, run }: FindingView): readonly ReportBlock[] {
  return run.report.blocks
    .filter(({ parts }) => parts.some(({ findingId }) => findingId === id))
    .sort((a, b) => partMs(b, id) - partMs(a, id))
    .slice(0, mostBlocks);
}

/** Whether anything can stand below a row; a finding of the scan has no blocks, native code may have no frames. */
export function isLeaf(node: TreeNode): boolean {
  switch (node.kind) {
    case 'session':
    case 'group':
      return false;
    case 'finding':
      return blocksOf(node.view).length === 0;
    case 'block':
      return stackIn(node.block, node.view.id).length === 0;
    case 'frame':
      return true;
    default:
      return assertNever(node);
  }
}
