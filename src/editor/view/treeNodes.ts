import { stackIn } from '../../report/stackIn.ts';
import type { ReportBlock, ReportStackFrame } from '../../report/report.ts';
import { requestName } from '../../recording/requestRoute.ts';
import { mainThread } from '../../recording/threadNames.ts';
import { viewsOfSession, type FindingView } from '../state/findingViews.ts';
import { currentRun, type Session } from '../state/session.ts';
import { assertNever } from '../../base/assertNever.ts';
import { countedCalls, countedFindings } from './counted.ts';
import { plain, proofOf, titleOf, workersText } from './findingText.ts';
import type { Localizer } from './localizer.ts';
import { formatMs } from './numbers.ts';
import { distinction } from './sessionName.ts';

/** A row of the sessions tree. */
export type TreeNode =
  | { readonly kind: 'session'; readonly session: Session }
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
      return findingsOf(node.session, sessions).map((view) => ({ kind: 'finding', view }));
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

/** Findings of a session, those that blocked longest first. */
const findingsOf = (session: Session, sessions: readonly Session[]): readonly FindingView[] =>
  [...viewsOfSession(session, sessions)].sort((a, b) => b.finding.totalMs - a.finding.totalMs);

function blocksOf({ id, run }: FindingView): readonly ReportBlock[] {
  return run.report.blocks
    .filter(({ parts }) => parts.some(({ findingId }) => findingId === id))
    .sort((a, b) => b.durationMs - a.durationMs)
    .slice(0, mostBlocks);
}

/** A row's two texts. */
export interface RowText {
  readonly label: string;
  readonly description: string;
}

/** What a row says. */
export function rowText(node: TreeNode, l10n: Localizer): RowText {
  switch (node.kind) {
    case 'session':
      return { label: node.session.title, description: sessionText(node.session, l10n) };
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
      const { durationMs, startMs, request, thread } = node.block;
      const where = thread === mainThread ? '' : ` · ${plain(thread)}`;
      const at = `${l10n.t('at {0}', formatMs(startMs))}${where}`;
      const served = request === null ? '' : ` · ${requestName(plain(request.method), plain(request.url))}`;
      return { label: formatMs(durationMs), description: `${at}${served}` };
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

/** Whether anything can stand below a row; a finding of the scan has no blocks, native code may have no frames. */
export function isLeaf(node: TreeNode): boolean {
  switch (node.kind) {
    case 'session':
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

/** What tells a session from others of its program, and what it does. */
const sessionText = (session: Session, l10n: Localizer): string =>
  [...distinction(session, l10n), stateText(session, l10n)].join(' · ');

function stateText(session: Session, l10n: Localizer): string {
  const count = currentRun(session)?.report.findings.length ?? 0;
  if (session.kind === 'scan') return countedCalls(count, l10n);
  const findings = countedFindings(count, l10n);
  if (session.kind === 'profile') return l10n.t('profile · {0}', findings);
  switch (session.phase) {
    case 'connecting':
      return session.pauseMs === null
        ? l10n.t('attaching…')
        : l10n.t('attaching… (holds the program once, for about {0})', formatMs(session.pauseMs));
    case 'recording':
      return l10n.t('recording · {0}', findings);
    case 'waiting':
      return l10n.t('ended, waiting for its restart · {0}', findings);
    case 'ended':
      return findings;
    case 'failed':
      return l10n.t('failed');
  }
}
