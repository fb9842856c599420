import { isLikelyMeant, type RankedTarget } from '../../profiler/targets/targetOrder.ts';
import { inkOf, type Ink, type RenderStyle } from '../ink.ts';
import { fit, fitEnd, padEnd, printable, widthOf, wrap } from '../text.ts';

/** A process that could be attached to, as `list` shows it. */
export interface ShownTarget extends RankedTarget {
  readonly title: string | null;
  /** The port that it serves; null where it serves none. */
  readonly port: number | null;
  readonly node: string | null;
  /** `host:port` of the open inspector; null where it has to be opened first. */
  readonly address: string | null;
  readonly underDebugger: boolean;
}

function notes({ underDebugger, port, role }: ShownTarget): string {
  const said = [
    role === 'launcher' ? 'starts programs' : role === 'tool' ? 'a tool' : null,
    port === null ? null : `port ${String(port)}`,
    underDebugger ? 'debugged' : null,
  ].filter((note) => note !== null);
  return said.map((note) => `, ${note}`).join('');
}

/** The script from the working directory where it lies in it, else whole. */
function scriptOf({ script, cwd, title }: ShownTarget): string {
  if (script === null) return title ?? '(no script)';
  return cwd !== null && script.startsWith(`${cwd}/`) ? script.slice(cwd.length + 1) : script;
}

const head = ['PID', 'INSPECTOR', 'NODE', 'SCRIPT', 'FOLDER'] as const;
const gap = 2;

/** Widths of the columns. Where they do not fit, script and folder share what the others leave. */
function widthsOf(rows: readonly (readonly string[])[], width: number): readonly number[] {
  const natural = head.map((name, column) =>
    Math.max(name.length, ...rows.map((row) => widthOf(row[column] ?? ''))),
  );
  const [pid = 0, inspector = 0, node = 0, script = 0, folder = 0] = natural;
  const left = Math.max(width - pid - inspector - node - 4 * gap, 0);
  const half = Math.floor(left / 2);
  const shownScript = Math.min(script, Math.max(left - folder, half));
  return [pid, inspector, node, shownScript, Math.min(folder, left - shownScript)];
}

/** The command that attaches to the target that is probably meant. */
function suggestion(
  targets: readonly ShownTarget[],
  folders: readonly string[],
  ink: Ink,
): readonly string[] {
  const meant = targets.find((target) => isLikelyMeant(target, folders));
  if (meant === undefined) {
    const words =
      'None of these was started in this folder or listens on a port. Attach to one with: offloop attach --pid <PID>';
    return wrap(words, ink.width);
  }
  const how = meant.address === null ? `--pid ${String(meant.pid)}` : printable(meant.address);
  return [`Attach with: offloop attach ${how}`];
}

/**
 * A table of targets with the command that attaches to the one that is probably meant by somebody who works in `folders`.
 * No newline at the end.
 */
export function renderTargets(
  targets: readonly ShownTarget[],
  folders: readonly string[],
  style: RenderStyle,
): string {
  const ink = inkOf(style);
  if (targets.length === 0) {
    return 'You have no running Node process. Start one and record it: offloop run -- node server.js';
  }
  const rows = targets.map((target) =>
    [
      String(target.pid),
      target.address ?? 'closed',
      target.node ?? '',
      scriptOf(target) + notes(target),
      target.cwd ?? '',
    ].map(printable),
  );
  const widths = widthsOf(rows, ink.width);
  // What tells paths apart is at their end.
  const cells = (row: readonly string[]): readonly string[] =>
    row.map((cell, column) => padEnd(fitEnd(cell, widths[column] ?? 0), widths[column] ?? 0));
  const line = (row: readonly string[]): string => fit(cells(row).join(' '.repeat(gap)).trimEnd(), ink.width);
  return [ink.quiet(line(head)), ...rows.map(line), '', ...suggestion(targets, folders, ink)].join('\n');
}
