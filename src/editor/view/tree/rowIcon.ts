import type { Cause } from '../../../report/cause.ts';
import { assertNever } from '../../../base/assertNever.ts';
import { isGone, type FindingView } from '../../state/findingViews.ts';
import { isActive, type Session } from '../../state/session.ts';
import type { TreeGroup } from './findingGroups.ts';
import type { FindingNode, TreeNode } from './treeNodes.ts';

/** A codicon, and the theme colour in which it is drawn; null for that of the text. */
export interface RowIcon {
  readonly id: string;
  readonly color: string | null;
}

/** What a cause looks like; a cause that is not here is a circle. */
const causeIcons: Readonly<Partial<Record<Cause, string>>> = {
  'child-process': 'terminal',
  database: 'database',
  crypto: 'key',
  compression: 'file-zip',
  'module-load': 'package',
  'sync-io': 'file',
  wait: 'watch',
  regex: 'regex',
  serialization: 'json',
  wasm: 'chip',
  'native-addon': 'extensions',
  gc: 'trash',
  'microtask-starvation': 'sync',
  starved: 'dashboard',
  cpu: 'flame',
};

const groupIcons: Readonly<Record<TreeGroup, string>> = {
  blocks: 'flame',
  fixed: 'pass',
  startup: 'rocket',
  foreign: 'library',
  starved: 'dashboard',
};

/** Theme colours that stand out from the side bar in every theme; those of charts do not. */
const severe = 'problemsErrorIcon.foreground';
const serious = 'problemsWarningIcon.foreground';
const slight = 'problemsInfoIcon.foreground';
const good = 'testing.iconPassed';

/** What a person waits for without noticing, and without losing the thread, in ms. */
const noticed = 100;
const lost = 1000;
/** Shares of the time recorded from which other requests wait for a call now and then, and most of the time. */
const some = 0.05;
const much = 0.25;

/** The icon of a row: of a finding its cause, in the colour of its harm. */
export function rowIcon(node: TreeNode): RowIcon {
  switch (node.kind) {
    case 'session':
      return sessionIcon(node.session);
    case 'group':
      return { id: groupIcons[node.group], color: node.group === 'fixed' ? good : null };
    case 'finding':
      return findingIcon(node);
    case 'block':
      return { id: 'debug-pause', color: null };
    case 'frame':
      return { id: node.frame.kind === 'user' ? 'symbol-method' : 'library', color: null };
    default:
      return assertNever(node);
  }
}

function findingIcon({ view, group }: FindingNode): RowIcon {
  if (isGone(view)) return { id: 'pass', color: good };
  const id = causeIcons[view.finding.cause] ?? 'circle-outline';
  // Start-up delays no request, and a scan measures nothing.
  const isHarmless = group === 'startup' || view.session.kind === 'scan';
  return { id, color: isHarmless ? null : harmColor(view) };
}

function harmColor({ finding: { maxMs }, share }: FindingView): string {
  if (maxMs >= lost || (share ?? 0) >= much) return severe;
  return maxMs >= noticed || (share ?? 0) >= some ? serious : slight;
}

function sessionIcon(session: Session): RowIcon {
  // Nothing is recorded while the program is gone.
  if (session.phase === 'waiting') return { id: 'debug-disconnect', color: null };
  if (session.phase === 'failed') return { id: 'error', color: severe };
  if (session.phase === 'connecting') return { id: 'sync~spin', color: null };
  if (isActive(session)) return { id: 'record', color: severe };
  if (session.kind === 'scan') return { id: 'search', color: null };
  return { id: session.kind === 'live' ? 'history' : 'file', color: null };
}
