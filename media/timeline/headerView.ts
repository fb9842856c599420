import type { TimelineBlock, TimelineData, TimelineRun } from '../../src/editor/timeline/timelineProtocol.ts';
import { counted, formatCount, formatMs } from '../../src/wording/numbers/formatNumbers.ts';
import { cssColor } from './colors.ts';
import { element } from './elements.ts';

type Cause = TimelineBlock['cause'];

/** The name of the session, its figures, and what it does. */
export function headerView(data: TimelineData | null, run: TimelineRun | null): readonly HTMLElement[] {
  return [
    element('h1', { text: data?.title ?? '' }),
    element('p', { text: run === null ? '' : figuresOf(run) }),
    element('p', { className: 'state', text: data?.state ?? '' }),
  ];
}

function figuresOf({ blocks, thresholdMs }: TimelineRun): string {
  if (blocks.length === 0) return `no block of ${formatMs(thresholdMs)} or more`;
  let [longest, total] = [0, 0];
  for (const { durationMs } of blocks) {
    longest = Math.max(longest, durationMs);
    total += durationMs;
  }
  return `${counted(blocks.length, 'block')} · longest ${formatMs(longest)} · ${formatMs(total)} in all`;
}

/** A button for each cause: pressed, only the blocks of such causes stand out. */
export function legendView(
  blocks: readonly TimelineBlock[],
  pressed: ReadonlySet<string>,
  toggle: (cause: Cause) => void,
): readonly HTMLElement[] {
  const counts = new Map<Cause, number>();
  for (const { cause } of blocks) counts.set(cause, (counts.get(cause) ?? 0) + 1);
  return [...counts].map(([cause, count]) => {
    const mark = element('i');
    mark.style.background = cssColor(cause);
    const attributes = { 'aria-pressed': String(pressed.has(cause)), type: 'button' };
    const text = document.createTextNode(`${cause} ${formatCount(count)}`);
    const button = element('button', { attributes }, mark, text);
    button.addEventListener('click', () => {
      toggle(cause);
    });
    return button;
  });
}
