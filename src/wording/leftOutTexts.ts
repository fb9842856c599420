import { mostProcesses } from '../recording/recording.ts';
import type { ReportLeftOut } from '../report/report.ts';
import { processName } from '../report/threads.ts';

/** Why a process of the program was not recorded, by reason; a reason that the process gave itself comes instead. */
const leftOutTexts: Readonly<Record<ReportLeftOut['reason'], string>> = {
  closed: 'its inspector is closed. Attach to it with --pid, or start the program with "offloop run"',
  refused: 'its inspector could not be opened',
  limit: `Offloop records ${String(mostProcesses)} processes at a time. Attach to it with --pid`,
};

/** A process that was left out, and why: `api.js (pid 4711): its inspector is closed. …`. */
export function leftOutText(process: ReportLeftOut): string {
  const why = process.message ?? `${leftOutTexts[process.reason]}.`;
  return `${processName(process)}: ${why}`;
}
