import { inkOf, type RenderStyle } from './ink.ts';
import { fit, padEnd, printable, widthOf } from './text.ts';

/** A process that could be attached to, as `list` shows it. */
export interface ShownTarget {
  readonly pid: number;
  readonly script: string | null;
  readonly cwd: string | null;
  readonly node: string | null;
  /** `host:port` of the open inspector; null where it has to be opened first. */
  readonly address: string | null;
  readonly underDebugger: boolean;
}

const notes = (target: ShownTarget): string => (target.underDebugger ? ', debugged' : '');

/** The script from the working directory where it lies in it, else whole. */
function scriptOf({ script, cwd }: ShownTarget): string {
  if (script === null) return '(no script)';
  return cwd !== null && script.startsWith(`${cwd}/`) ? script.slice(cwd.length + 1) : script;
}

/** A table of targets with the command that attaches to the first. No newline at the end. */
export function renderTargets(targets: readonly ShownTarget[], style: RenderStyle): string {
  const ink = inkOf(style);
  const [first] = targets;
  if (first === undefined) {
    return 'No Node process of yours runs here. Start one under the profiler: offloop run -- node server.js';
  }
  const head = ['PID', 'INSPECTOR', 'NODE', 'SCRIPT', 'FOLDER'];
  const rows = targets.map((target) =>
    [
      String(target.pid),
      target.address ?? 'closed',
      target.node ?? '',
      scriptOf(target) + notes(target),
      target.cwd ?? '',
    ].map(printable),
  );
  const widths = head.map((name, column) =>
    Math.max(...[head, ...rows].map((row) => widthOf(row[column] ?? name))),
  );
  const line = (row: readonly string[]): string =>
    fit(
      row
        .map((cell, column) => padEnd(cell, widths[column] ?? 0))
        .join('  ')
        .trimEnd(),
      ink.width,
    );
  const how = first.address === null ? `--pid ${String(first.pid)}` : printable(first.address);
  return [ink.quiet(line(head)), ...rows.map(line), '', `Attach with: offloop attach ${how}`].join('\n');
}
