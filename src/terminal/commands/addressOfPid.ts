import { relative } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { openProgram } from '../../profiler/targets/openProgram.ts';
import type { SignalSearch } from '../../profiler/targets/signal/signalHandler.ts';
import { signalTexts } from '../../wording/signalTexts.ts';
import { printable } from '../text.ts';
import type { TargetAddress } from './recordTarget.ts';
import { UsageError } from '../options/usageError.ts';

/** What may happen to the program, in the order of how likely it is. */
function warning({ trace, isComplete }: SignalSearch): string {
  if (trace !== null) {
    const place = `${trace.path === null ? 'its command line' : relative(process.cwd(), trace.path)}:${String(trace.line)}`;
    return `${signalTexts.dependency.replace('{0}', place)} `;
  }
  return isComplete ? '' : `${signalTexts.unsearched} `;
}

/** Asks before a process's inspector is opened; without a terminal to ask on, `--yes` is needed. */
async function confirm(pid: number, search: SignalSearch): Promise<void> {
  if (!process.stdin.isTTY) {
    throw new UsageError(
      `Opening the inspector of process ${String(pid)} lets every user of this machine run code in it. Add --yes to agree.`,
    );
  }
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const question = `${printable(warning(search))}While its inspector is open, every user of this machine can run code in that process and in those that it started. Open it? [y/N] `;
  try {
    const answer = await terminal.question(question);
    if (!/^y(?:es)?$/i.test(answer.trim())) throw new UsageError('Nothing was opened.');
  } finally {
    terminal.close();
  }
}

function say(text: string): void {
  process.stderr.write(`offloop: ${printable(text)}\n`);
}

/**
 * The inspector of a program, opened by signal if it is closed. For a launcher, the inspector of the program that it
 * started. Throws an OffloopError if that is not possible.
 */
export async function addressOfPid(pid: number, agreed: boolean): Promise<TargetAddress> {
  const program = await openProgram(pid, agreed ? {} : { confirm: (search) => confirm(pid, search) });
  if (!program.ok) throw program.error;
  const { webSocketUrl, openedByUs, keepsPort, familyOf, launcher } = program.value;
  if (launcher !== null)
    say(
      `Process ${String(pid)} (${launcher}) only starts programs. What it started is recorded: pid ${String(program.value.pid)}.`,
    );
  if (keepsPort !== null)
    say(
      `The inspector stays on port ${String(keepsPort)}. Until this recording ends, no other program can open its inspector on that port.`,
    );
  return {
    target: webSocketUrl,
    ownsInspector: openedByUs,
    opensChildren: openedByUs || agreed,
    ...(familyOf === null ? {} : { familyOf }),
  };
}
