import { assertNever } from '../../../base/assertNever.ts';
import { requestName } from '../../../recording/requestRoute.ts';
import { mainThread } from '../../../recording/threadNames.ts';
import type { ReportBlock, ReportStackFrame } from '../../../report/report.ts';
import { partMs } from '../../../report/stackIn.ts';
import type { Session } from '../../state/session.ts';
import { countedFindings } from '../counted.ts';
import { plain } from '../findingText.ts';
import type { Localizer } from '../../../wording/localizer.ts';
import { formatMs } from '../../../wording/numbers/formatNumbers.ts';
import type { TreeGroup } from './findingGroups.ts';
import { findingRow } from './findingRow.ts';
import { sessionRow } from './sessionRow.ts';
import type { RowText, TreeNode } from './treeNodes.ts';

/** What a row says. */
export function rowText(node: TreeNode, sessions: readonly Session[], l10n: Localizer): RowText {
  switch (node.kind) {
    case 'session':
      return sessionRow(node.session, sessions, l10n);
    case 'group':
      return { label: groupName(node.group, l10n), description: countedFindings(node.count, l10n) };
    case 'finding': {
      const row = findingRow(node.view, node.isAlone, l10n);
      if (!node.isAlone || node.group === 'blocks') return row;
      return { ...row, description: [groupName(node.group, l10n), row.description].join(' · ') };
    }
    case 'block':
      return blockRow(node.block, node.view.id, l10n);
    case 'frame':
      return frameRow(node.frame, l10n);
    default:
      return assertNever(node);
  }
}

function groupName(group: TreeGroup, l10n: Localizer): string {
  switch (group) {
    case 'blocks':
      return l10n.t('Blocks');
    case 'fixed':
      return l10n.t('Fixed');
    case 'startup':
      return l10n.t('Start-up');
    case 'foreign':
      return l10n.t('Not your code');
    case 'starved':
      return l10n.t('Not enough CPU');
    default:
      return assertNever(group);
  }
}

/** How long a finding's own part of a block was, and the whole block where others took time in it, too. */
function blockRow(block: ReportBlock, id: string, l10n: Localizer): RowText {
  const { startMs, request, thread, durationMs } = block;
  const [label, whole] = [formatMs(partMs(block, id)), formatMs(durationMs)];
  const parts = [
    ...(request === null ? [] : [requestName(plain(request.method), plain(request.url))]),
    ...(label === whole ? [] : [l10n.t('of a block of {0}', whole)]),
    l10n.t('at {0}', formatMs(startMs)),
    ...(thread === mainThread ? [] : [plain(thread)]),
  ];
  return { label, description: parts.join(' · ') };
}

const frameRow = (frame: ReportStackFrame, l10n: Localizer): RowText => ({
  label: plain(frame.function === '' ? l10n.t('(anonymous)') : frame.function),
  description: frame.file === '' ? '' : `${frame.file}:${String(frame.line)}`,
});
