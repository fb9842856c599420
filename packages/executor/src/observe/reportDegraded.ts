import { DataCloneError } from '../wire/errors.ts';

/** What becomes of values that lose something on the way: see the option `degraded`. */
export type DegradedMode = 'throw' | 'warn' | 'ignore';

const reported = new Set<string>();
const loss = 'arrives as plain data: its class, accessors, symbols and flags stay behind';

/**
 * Warns once for each function and path where a value loses something on the way.
 * @throws DataCloneError for the first of the paths, when that is the mode
 */
export function reportDegraded(name: string, paths: readonly string[] | undefined, mode: DegradedMode): void {
  for (const path of paths ?? []) {
    if (mode === 'throw')
      throw new DataCloneError(
        path.replace(/ \([^)]*\)$/, ''),
        `${path} ${loss}. Pass plain data, or set degraded: 'warn' in the options of the executor`,
      );
    const text = `${name}: ${path} ${loss}`;
    if (reported.has(text)) continue;
    reported.add(text);
    process.emitWarning(text, { type: 'ExecutorWarning', code: 'OFFLOOP_EXECUTOR_DEGRADED' });
  }
}
