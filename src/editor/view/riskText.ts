import type { SignalSearch } from '../../profiler/targets/signal/signalHandler.ts';
import { signalTexts } from '../../wording/signalTexts.ts';
import type { Localizer } from './localizer.ts';

/** What may happen when the inspector of a program is opened, in one sentence; null where nothing speaks for it. */
export function riskText(search: SignalSearch | null, l10n: Localizer): string | null {
  if (search === null) return null;
  const { trace, isComplete } = search;
  // The program's own handler is refused with its place when the inspector is opened: nothing is sent then.
  if (trace?.origin === 'program') return null;
  if (trace !== null) return l10n.t(signalTexts.dependency, `${trace.path ?? ''}:${String(trace.line)}`);
  return isComplete ? null : l10n.t(signalTexts.unsearched);
}
