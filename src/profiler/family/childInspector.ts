import { err, ok, type Result } from '../../base/result.ts';
import type { ProcessLeftOut } from '../../recording/recording.ts';
import { inspectFlags, scriptArgument, signalPort } from '../targets/commandLine.ts';
import { findInspector } from '../targets/discover.ts';
import { moveInspector } from '../targets/moveInspector.ts';
import { openInspector } from '../targets/openInspector.ts';
import type { NodeProcess } from '../targets/processTable.ts';

/** The open inspector of a process that the program started. */
export interface ChildInspector {
  readonly webSocketUrl: string;
  /** Whether it is open because of us, and not by the process's own flags. */
  readonly openedByUs: boolean;
}

/** What may be done to the inspector of a process. */
export interface Consent {
  /** Whether inspectors that are closed are opened (the user agreed), and closed again at the end. */
  readonly opens: boolean;
  /** Whether the program's inspector was opened by us: then its signal may have opened those of others. */
  readonly owns: boolean;
}

/** Why a process is left out. */
export const leftOut = (
  entry: NodeProcess,
  reason: ProcessLeftOut['reason'],
  message?: string,
): ProcessLeftOut => ({
  pid: entry.pid,
  title: scriptArgument(entry.argv) ?? entry.argv[0] ?? null,
  reason,
  ...(message === undefined ? {} : { message }),
});

/** The inspector of a process that belongs to a program; opened, if that was agreed to. Else why it is left out. */
export async function childInspector(
  entry: NodeProcess,
  { opens, owns }: Consent,
): Promise<Result<ChildInspector, ProcessLeftOut>> {
  const inspector = await findInspector(entry);
  const byFlag = inspectFlags(entry).present;
  if (inspector === null) {
    if (!opens) return err(leftOut(entry, 'closed'));
    const opened = await openInspector(entry.pid);
    if (!opened.ok) return err(leftOut(entry, 'refused', opened.error.message));
    return ok({ webSocketUrl: opened.value.webSocketUrl, openedByUs: true });
  }
  const { webSocketUrl, port } = inspector;
  // The signal that opened the program's inspector goes on to the workers of a cluster: the next one needs the port.
  const isForwarded = owns && !byFlag;
  const isInTheWay = isForwarded && port === signalPort(entry);
  return ok({
    webSocketUrl: isInTheWay ? await moveInspector(entry.pid, webSocketUrl) : webSocketUrl,
    openedByUs: isForwarded,
  });
}
