import type { Micros } from '../../../base/units.ts';
import type { Grain } from '../../../recording/grain.ts';

/** How one thread is to be recorded. */
export interface ThreadOptions {
  readonly grain: Grain;
  readonly intervalUs: Micros;
  /** Whether `process.getBuiltinModule` exists in the target. */
  readonly hasBuiltinModules: boolean;
  /** False: no probe, so no live stacks, and marks only from Node's own trace events. */
  readonly inject: boolean;
  /** Whether the probe watches async scopes, whatever it costs. */
  readonly scopes: boolean;
  /** Whether Node can watch async scopes without watching promises by itself. */
  readonly cheapScopes: boolean;
  readonly fullUrls: boolean;
  readonly closeInspector: boolean;
  /** Deoptimises the thread once, so that samples show every function: V8 forgets what it inlined before a profile. */
  readonly preciseStacks: boolean;
  /** Whether the file of a script changed after the process had started; then its running text is kept. */
  readonly isChanged: (url: string) => boolean;
}
