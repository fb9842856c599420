import type { Cause } from '../../report/cause.ts';
import { assertNever } from '../../base/assertNever.ts';
import type { Localizer } from './localizer.ts';

/** The cause of a block in plain words: what the loop was doing instead of serving anybody. */
export function causeText(cause: Cause, l10n: Localizer): string {
  switch (cause) {
    case 'child-process':
      return l10n.t('The loop waits until another program has started or ended.');
    case 'database':
      return l10n.t('The database driver runs the statement on the loop and waits for it.');
    case 'crypto':
      return l10n.t('The key or hash is computed on the loop (crypto), which is slow on purpose.');
    case 'compression':
      return l10n.t('The data is compressed or expanded on the loop.');
    case 'sync-io':
      return l10n.t('The loop waits for the file system.');
    case 'wait':
      return l10n.t('The loop sleeps until somebody wakes it.');
    case 'regex':
      return l10n.t('The regular expression tries very many ways to match.');
    case 'serialization':
      return l10n.t('A large value is turned into text or bytes, or back, in one go.');
    default:
      return causeTextOfEngine(cause, l10n);
  }
}

type NamedCause =
  'child-process' | 'database' | 'crypto' | 'compression' | 'sync-io' | 'wait' | 'regex' | 'serialization';

/** Causes that are not the doing of one API. */
function causeTextOfEngine(cause: Exclude<Cause, NamedCause>, l10n: Localizer): string {
  switch (cause) {
    case 'module-load':
      return l10n.t('Modules are found, read and compiled while requests wait.');
    case 'wasm':
      return l10n.t('WebAssembly computes on the loop.');
    case 'native-addon':
      return l10n.t('A native addon computes or waits on the loop.');
    case 'gc':
      return l10n.t('The garbage collector stopped the program.');
    case 'microtask-starvation':
      return l10n.t('Promise after promise settles, and the loop never gets a turn.');
    case 'starved':
      return l10n.t('The process did not get the CPU: a quota, a suspended machine, a pause in a debugger.');
    case 'cpu':
      return l10n.t('JavaScript computes on the loop.');
    case 'unknown':
      return l10n.t('What the loop was doing could not be measured.');
    default:
      return assertNever(cause);
  }
}
