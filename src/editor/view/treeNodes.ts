import { groupOf, type FindingGroup } from '../../report/findingGroup.ts';
import { stackIn } from '../../report/stackIn.ts';
import type { ReportBlock, ReportStackFrame } from '../../report/report.ts';
import { requestName } from '../../recording/requestRoute.ts';
import { mainThread } from '../../recording/threadNames.ts';
import { viewsOfSession, type FindingView } from '../state/findingViews.ts';
import type { Session } from '../state/session.ts';
import { assertNever } from '../../base/assertNever.ts';
import { countedCalls, countedFindings } from './counted.ts';
import { plain, proofOf, titleOf, workersText } from './findingText.ts';
import type { Localizer } from './localizer.ts';
import { formatMs } from './numbers.ts';
import { distinction } from './sessionName.ts';

/** Groups of their own: they say nothing about the running program. */
export type OtherGroup = Exclude<FindingGroup, 'block'>;

/** A row of the sessions tree. */
export type TreeNode =
  | { readonly kind: 'session'; readonly session: Session }
  | { readonly kind: 'group'; readonly session: Session; readonly group: OtherGroup }
  | { readonly kind: 'finding'; readonly view: FindingView }
  | { readonly kind: 'block'; readonly view: FindingView; readonly block: ReportBlock }
  | { readonly kind: 'frame'; readonly root: string; readonly frame: ReportStackFrame };

/** The longest blocks are listed; the timeline shows all. */
const mostBlocks = 20;

/** Rows below a row; of the root: the sessions, last first. */
export function childNodes(node: TreeNode | undefined, sessions: readonly Session[]): readonly TreeNode[] {
  if (node === undefined) return [...sessions].reverse().map((session) => ({ kind: 'session', session }));
  switch (node.kind) {
    case 'session':
      return rowsOfSession(node.session, sessions);
    case 'group':
      return findingRows(findingsOf(node.session, sessions, node.group));
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

const otherGroups: readonly OtherGroup[] = ['startup', 'starved'];

function rowsOfSession(session: Session, sessions: readonly Session[]): readonly TreeNode[] {
  const groups = otherGroups.filter((group) => findingsOf(session, sessions, group).length > 0);
  return [
    ...findingRows(findingsOf(session, sessions, 'block')),
    ...groups.map((group): TreeNode => ({ kind: 'group', session, group })),
  ];
}

const findingRows = (views: readonly FindingView[]): readonly TreeNode[] =>
  views.map((view) => ({ kind: 'finding', view }));

/** Findings of one group of a session, those that blocked longest first. */
const findingsOf = (
  session: Session,
  sessions: readonly Session[],
  group: FindingGroup,
): readonly FindingView[] =>
  viewsOfSession(session, sessions)
    .filter((view) => groupOf(view.finding, view.run.report) === group)
    .sort((a, b) => b.finding.totalMs - a.finding.totalMs);

/** How many findings a session has, as every list says it: those of earlier runs too, those of other groups not. */
export const findingCount = (session: Session, sessions: readonly Session[]): number =>
  findingsOf(session, sessions, 'block').length;

/** The blocks of a finding, those in which its own part is longest first. */
function blocksOf({ id, run }: FindingView): readonly ReportBlock[] {
  return run.report.blocks
    .filter(({ parts }) => parts.some(({ findingId }) => findingId === id))
    .sort((a, b) => partOf(b, id) - partOf(a, id))
    .slice(0, mostBlocks);
}

const partOf = ({ parts }: ReportBlock, id: string): number =>
  parts.find(({ findingId }) => findingId === id)?.ms ?? 0;

/** A row's two texts. */
export interface RowText {
  readonly label: string;
  readonly description: string;
}

/** What a row says. */
export function rowText(node: TreeNode, sessions: readonly Session[], l10n: Localizer): RowText {
  switch (node.kind) {
    case 'session':
      return { label: nameOf(node.session), description: sessionText(node.session, sessions, l10n) };
    case 'group': {
      const label = node.group === 'startup' ? l10n.t('Start-up') : l10n.t('Not enough CPU');
      return {
        label,
        description: countedFindings(findingsOf(node.session, sessions, node.group).length, l10n),
      };
    }
    case 'finding': {
      const { finding, session } = node.view;
      const numbers = `${String(finding.count)}× · ${formatMs(finding.maxMs)}`;
      const drifted = finding.stale ? ` · ${l10n.t('source changed since start')}` : '';
      const workers = workersText(node.view, l10n);
      const where = workers === null ? '' : ` · ${workers}`;
      const measured = `${proofOf(node.view, l10n) ?? numbers}${where}${drifted}`;
      const description = session.kind === 'scan' ? finding.cause : `${measured} · ${finding.cause}`;
      return { label: titleOf(node.view, l10n), description };
    }
    case 'block': {
      const { startMs, request, thread } = node.block;
      const where = thread === mainThread ? '' : ` · ${plain(thread)}`;
      const at = `${l10n.t('at {0}', formatMs(startMs))}${where}`;
      const served = request === null ? '' : ` · ${requestName(plain(request.method), plain(request.url))}`;
      const { label, whole } = partText(node.block, node.view.id, l10n);
      return { label, description: `${whole}${at}${served}` };
    }
    case 'frame':
      return {
        label: plain(node.frame.function === '' ? l10n.t('(anonymous)') : node.frame.function),
        description: `${node.frame.file}:${String(node.frame.line)}`,
      };
    default:
      return assertNever(node);
  }
}

/** How long a finding's own part of a block was; where others took time in it, too, that of the whole is told as such. */
function partText(block: ReportBlock, id: string, l10n: Localizer): { label: string; whole: string } {
  const label = formatMs(partOf(block, id));
  const whole = formatMs(block.durationMs);
  return { label, whole: label === whole ? '' : `${l10n.t('of a block of {0}', whole)} · ` };
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

const nameOf = ({ name, title }: Session): string => plain(name ?? title);

/** What tells a session from others of its program, and what it does. */
const sessionText = (session: Session, sessions: readonly Session[], l10n: Localizer): string =>
  [...distinction(session, l10n), stateText(session, sessions, l10n)].join(' · ');

function stateText(session: Session, sessions: readonly Session[], l10n: Localizer): string {
  // As many as there are rows below it; groups say their own number.
  const count = findingCount(session, sessions);
  if (session.kind === 'scan') return countedCalls(count, l10n);
  const findings = countedFindings(count, l10n);
  if (session.kind === 'profile') return l10n.t('profile · {0}', findings);
  switch (session.phase) {
    case 'connecting':
      return session.pauseMs === null
        ? l10n.t('attaching…')
        : l10n.t('attaching… (pauses the program once, for about {0})', formatMs(session.pauseMs));
    case 'recording':
      return l10n.t('recording · {0}', findings);
    case 'waiting':
      return l10n.t('ended, waiting for its restart · {0}', findings);
    case 'ended':
      return findings;
    case 'failed':
      return session.message === null ? l10n.t('failed') : l10n.t('failed: {0}', plain(session.message));
  }
}
