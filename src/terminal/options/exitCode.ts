import { assertNever } from '../../base/assertNever.ts';
import type { OffloopErrorCode } from '../../base/offloopError.ts';

/** What the process says on leaving. */
export const exitCode = {
  done: 0,
  failOn: 1,
  usage: 2,
  cannotAttach: 3,
  targetDied: 4,
  refusedFix: 5,
} as const;

export type ExitCode = (typeof exitCode)[keyof typeof exitCode];

/** The exit code of a failure. */
export function exitCodeOf(code: OffloopErrorCode): ExitCode {
  switch (code) {
    case 'cannot-attach':
    case 'start-failed':
      return exitCode.cannotAttach;
    case 'target-died':
      return exitCode.targetDied;
    case 'bad-profile':
    case 'bad-input':
    case 'write-failed':
    case 'cancelled':
      return exitCode.usage;
    default:
      return assertNever(code);
  }
}
