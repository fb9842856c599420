import type { NamedProgram } from '../../profiler/targets/openProgram.ts';
import type { SignalSearch } from '../../profiler/targets/signal/signalHandler.ts';
import { signalTexts } from '../../wording/signalTexts.ts';
import { plain } from './findingText.ts';
import type { Localizer } from '../../wording/localizer.ts';

/** What may happen when the inspector of a program is opened, in one sentence; null where nothing speaks for it. */
export function riskText(search: SignalSearch | null, l10n: Localizer): string | null {
  if (search === null) return null;
  const { trace, isComplete } = search;
  // The program's own handler is refused with its place when the inspector is opened: nothing is sent then.
  if (trace?.origin === 'program') return null;
  if (trace !== null) return l10n.t(signalTexts.dependency, `${trace.path ?? ''}:${String(trace.line)}`);
  return isComplete ? null : l10n.t(signalTexts.unsearched);
}

/** The question before inspectors are opened: it names the programs that get one, which are not the launcher that was chosen. */
export function openingText(
  chosen: NamedProgram,
  programs: readonly NamedProgram[],
  l10n: Localizer,
): string {
  const nameOf = ({ pid, name }: NamedProgram): string => l10n.t('{0} (pid {1})', plain(name), pid);
  const isItself = programs.every(({ pid }) => pid === chosen.pid);
  if (isItself) return l10n.t('Open the inspector of {0}?', nameOf(chosen));
  const names = programs.map(nameOf).join(', ');
  return programs.length === 1
    ? l10n.t('Open the inspector of {0}, which {1} started?', names, plain(chosen.name))
    : l10n.t('Open the inspectors of {0}, which {1} started?', names, plain(chosen.name));
}
