import { createInterface } from 'node:readline/promises';
import { openInspector } from '../../profiler/targets/openInspector.ts';
import type { TargetAddress } from './recordTarget.ts';
import { UsageError } from '../options/usageError.ts';

const question =
  'While its inspector is open, every user of this machine can run code in that process. Open it? [y/N] ';

/** Asks before a process's inspector is opened; without a terminal to ask on, `--yes` is needed. */
async function confirm(pid: number): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new UsageError(
      `Opening the inspector of process ${String(pid)} lets every user of this machine run code in it. Add --yes to agree.`,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(question);
    if (!/^y(?:es)?$/i.test(answer.trim())) throw new UsageError('Nothing was opened.');
  } finally {
    terminal.close();
  }
}

/** The inspector of a process, opened by signal when it is closed. Throws an OffloopError where that cannot be. */
export async function addressOfPid(pid: number, agreed: boolean): Promise<TargetAddress> {
  const opened = await openInspector(pid, agreed ? {} : { confirm: () => confirm(pid) });
  if (!opened.ok) throw opened.error;
  return { target: opened.value.webSocketUrl, ownsInspector: opened.value.openedByUs };
}
