import type {
  TimelineBlock,
  TimelineDetail,
  TimelineFrame,
} from '../../src/editor/timeline/timelineProtocol.ts';
import { formatMs } from '../../src/wording/numbers/formatNumbers.ts';
import { cssColor } from './colors.ts';
import { element } from './elements.ts';

/** How the stacks of a block are shown. */
export interface DetailOptions {
  readonly onlyMine: boolean;
  readonly search: string;
  /** Opens a frame of a part; frame -1 is the call that the finding names. */
  open(part: number, frame: number): void;
}

type Part = TimelineDetail['parts'][number];

/** The chosen block: one column for each part, as wide as its time, with its stack from the root down. */
export function detailView(
  block: TimelineBlock,
  detail: TimelineDetail,
  options: DetailOptions,
): HTMLElement {
  const title = element('h2', { text: `${formatMs(block.durationMs)} · ${block.label}` });
  const when = element('p', {
    className: 'when',
    text: `${formatMs(block.startMs)} after the start of the run`,
  });
  const columns = element('div', { className: 'flame' });
  const total = detail.parts.reduce((sum, { ms }) => sum + ms, 0);
  detail.parts.forEach((part, index) => {
    columns.append(column(part, index, part.ms / Math.max(total, 1), options));
  });
  return element('section', { attributes: { 'aria-label': 'Chosen block' } }, title, when, columns);
}

function column(part: Part, index: number, share: number, options: DetailOptions): HTMLElement {
  const head = element('button', {
    className: 'part',
    text: `${formatMs(part.ms)} · ${part.label}`,
    attributes: { title: `${part.causeText} Opens the call.`, type: 'button' },
  });
  head.style.borderLeftColor = cssColor(part.cause);
  head.addEventListener('click', () => {
    options.open(index, -1);
  });
  const made = element(
    'div',
    { className: 'column' },
    head,
    element('p', { className: 'cause', text: part.causeText }),
  );
  made.style.flexGrow = String(Math.max(share, 0.15));
  const wanted = options.search.trim().toLowerCase();
  part.frames.forEach((frame, position) => {
    if (options.onlyMine && frame.kind !== 'user') return;
    made.append(
      frameRow(frame, wanted, () => {
        options.open(index, position);
      }),
    );
  });
  return made;
}

function frameRow(frame: TimelineFrame, wanted: string, open: () => void): HTMLElement {
  const text = [
    element('span', { text: frame.name }),
    element('span', { className: 'place', text: frame.place }),
  ];
  const isFound = wanted !== '' && `${frame.name} ${frame.place}`.toLowerCase().includes(wanted);
  const className = `frame ${frame.kind}${isFound ? ' found' : ''}`;
  if (!frame.opens) return element('div', { className }, ...text);
  const row = element('button', { className, attributes: { type: 'button' } }, ...text);
  row.addEventListener('click', open);
  return row;
}
