import type {
  BlockKey,
  FromTimeline,
  TimelineBlock,
  TimelineData,
  TimelineDetail,
  TimelineRun,
  ToTimeline,
} from '../../src/editor/timeline/timelineProtocol.ts';
import { formatMs } from '../../src/wording/numbers/formatNumbers.ts';
import { blockUnder, draw, timeAt } from './chart.ts';
import { Colors } from './colors.ts';
import { detailView } from './detailView.ts';
import { element } from './elements.ts';
import { longestOf } from './longestOf.ts';
import { headerView, legendView } from './headerView.ts';
import { clamped, panned, showing, zoomed, type ViewWindow } from './viewWindow.ts';

declare function acquireVsCodeApi(): { postMessage(message: FromTimeline): void };

/** A drag shorter than this is a click, in CSS pixels. */
const shortestBrush = 4;

/** The page: what was told, what is looked at, and the elements that show it. */
class Timeline {
  readonly #host = acquireVsCodeApi();
  readonly #colors = new Colors();
  readonly #header = element('header');
  readonly #legend = element('div', {
    className: 'legend',
    attributes: { role: 'group', 'aria-label': 'Causes' },
  });
  readonly #canvas = element('canvas', {
    attributes: {
      tabindex: '0',
      role: 'application',
      'aria-label': 'Blocks over time',
      'aria-describedby': 'keys',
    },
  });
  readonly #runs = element('select', { attributes: { 'aria-label': 'Run' } });
  readonly #onlyMine = element('input', { attributes: { type: 'checkbox', id: 'mine' } });
  readonly #search = element('input', {
    attributes: { type: 'search', placeholder: 'Search the stack', 'aria-label': 'Search the stack' },
  });
  readonly #details = element('div');
  readonly #said = element('div', { className: 'visually-hidden', attributes: { 'aria-live': 'polite' } });
  #data: TimelineData | null = null;
  #run: TimelineRun | null = null;
  #view: ViewWindow = { from: 0, to: 1 };
  /** Whether the view goes on with a run that is recorded: until somebody zooms or moves. */
  #follows = true;
  #chosen: TimelineBlock | null = null;
  #detail: TimelineDetail | null = null;
  #causes = new Set<string>();
  #brush: { readonly start: number; readonly view: ViewWindow } | null = null;
  #frame = 0;

  constructor(main: HTMLElement) {
    const mine = element('label', { attributes: { for: 'mine' }, text: ' Only my code' });
    const keys = element('p', {
      className: 'hint',
      attributes: { id: 'keys' },
      text: 'Drag to zoom, double-click to see all. Keys: ← → next block, + − zoom, 0 all, Enter opens the call.',
    });
    const tools = element(
      'div',
      { className: 'tools' },
      this.#runs,
      element('span', {}, this.#onlyMine, mine),
      this.#search,
    );
    main.append(this.#header, this.#legend, this.#canvas, keys, tools, this.#details, this.#said);
    this.#listen();
    this.#host.postMessage({ kind: 'ready' });
  }

  #listen(): void {
    window.addEventListener('message', ({ data }: MessageEvent<ToTimeline>) => {
      this.#take(data);
    });
    window.addEventListener('resize', () => {
      this.#paint();
    });
    new MutationObserver(() => {
      this.#colors.refresh();
      this.#paint();
    }).observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
    this.#runs.addEventListener('change', () => {
      const runs = this.#data?.runs ?? [];
      // A run that is over does not grow: stay there while the program is recorded on.
      this.#follows = runs.at(-1)?.key === this.#runs.value;
      this.#view = { from: 0, to: 1 };
      this.#showRun(runs.find(({ key }) => key === this.#runs.value) ?? null);
    });
    for (const input of [this.#onlyMine, this.#search]) {
      input.addEventListener('input', () => {
        this.#showDetail();
      });
    }
    this.#canvas.addEventListener('keydown', (event) => {
      this.#key(event);
    });
    this.#listenToPointer();
  }

  #listenToPointer(): void {
    const canvas = this.#canvas;
    canvas.addEventListener('pointerdown', (event) => {
      canvas.setPointerCapture(event.pointerId);
      const at = this.#timeOf(event);
      this.#brush = { start: event.offsetX, view: { from: at, to: at } };
    });
    canvas.addEventListener('pointermove', (event) => {
      if (this.#brush === null) {
        this.#hover(event);
        return;
      }
      const [a, b] = [timeAt(this.#brush.start, this.#view, canvas.clientWidth), this.#timeOf(event)];
      this.#brush = { ...this.#brush, view: { from: Math.min(a, b), to: Math.max(a, b) } };
      this.#paint();
    });
    canvas.addEventListener('pointerup', (event) => {
      const brush = this.#brush;
      this.#brush = null;
      if (brush === null || this.#run === null) return;
      if (Math.abs(event.offsetX - brush.start) < shortestBrush) this.#choose(this.#blockAt(event));
      else this.#look(clamped(brush.view, this.#run.durationMs));
    });
    canvas.addEventListener('dblclick', () => {
      this.#all();
    });
    canvas.addEventListener(
      'wheel',
      (event) => {
        if (this.#run === null) return;
        event.preventDefault();
        const { durationMs } = this.#run;
        if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
          this.#look(panned(this.#view, (event.deltaX || event.deltaY) / canvas.clientWidth, durationMs));
        } else this.#look(zoomed(this.#view, Math.exp(event.deltaY / 400), this.#timeOf(event), durationMs));
      },
      { passive: false },
    );
  }

  #timeOf(event: PointerEvent | WheelEvent): number {
    return timeAt(event.offsetX, this.#view, this.#canvas.clientWidth);
  }

  #blockAt(event: PointerEvent): TimelineBlock | null {
    const { clientWidth } = this.#canvas;
    return this.#run === null
      ? null
      : blockUnder(this.#run, this.#view, clientWidth, event.offsetX, event.offsetY);
  }

  #hover(event: PointerEvent): void {
    const block = this.#blockAt(event);
    this.#canvas.title =
      block === null ? '' : `${formatMs(block.durationMs)} · ${block.label} (${block.cause})`;
  }

  #key(event: KeyboardEvent): void {
    if (this.#run === null) return;
    const { durationMs } = this.#run;
    const middle = this.#chosen === null ? (this.#view.from + this.#view.to) / 2 : this.#chosen.startMs;
    const zoom = (factor: number): void => {
      this.#look(zoomed(this.#view, factor, middle, durationMs));
    };
    if (event.key === 'ArrowRight') this.#step(1);
    else if (event.key === 'ArrowLeft') this.#step(-1);
    else if (event.key === '+') zoom(0.6);
    else if (event.key === '-') zoom(1 / 0.6);
    else if (event.key === '0') this.#all();
    else if (event.key === 'Enter') this.#open(0, -1);
    else return;
    event.preventDefault();
  }

  #step(by: 1 | -1): void {
    const shown =
      this.#run?.blocks.filter(({ cause }) => this.#causes.size === 0 || this.#causes.has(cause)) ?? [];
    const now = this.#chosen === null ? -1 : shown.indexOf(this.#chosen);
    const next = now === -1 ? (by === 1 ? 0 : shown.length - 1) : now + by;
    const block = shown[Math.min(Math.max(next, 0), shown.length - 1)];
    if (block !== undefined) this.#choose(block);
  }

  #take(message: ToTimeline): void {
    switch (message.kind) {
      case 'data':
        this.#data = message.data;
        this.#showData();
        break;
      case 'detail':
        if (this.#isChosen(message.detail)) {
          this.#detail = message.detail;
          this.#showDetail();
        }
        break;
      case 'choose': {
        const found = longestOf(this.#data?.runs ?? [], message.finding);
        if (found === null) break;
        this.#showRun(found.run);
        this.#choose(found.block);
        break;
      }
    }
  }

  #isChosen({ run, startMs, thread }: BlockKey): boolean {
    return this.#run?.key === run && this.#chosen?.startMs === startMs && this.#chosen.thread === thread;
  }

  #showData(): void {
    const data = this.#data;
    if (data === null) return;
    this.#runs.replaceChildren(
      ...data.runs.map(({ key, title }) => element('option', { text: title, attributes: { value: key } })),
    );
    this.#runs.hidden = data.runs.length < 2;
    const last = data.runs.at(-1) ?? null;
    const same = data.runs.find(({ key }) => key === this.#run?.key);
    this.#showRun(this.#follows || same === undefined ? last : same);
  }

  #showRun(run: TimelineRun | null): void {
    const isSame = run?.key === this.#run?.key;
    this.#run = run;
    if (run !== null) this.#runs.value = run.key;
    if (!isSame) this.#chosen = null;
    const kept = this.#chosen;
    if (kept !== null) {
      this.#chosen =
        run?.blocks.find(({ startMs, thread }) => startMs === kept.startMs && thread === kept.thread) ?? null;
    }
    if (this.#chosen === null) this.#detail = null;
    if (!isSame || this.#follows) this.#view = { from: 0, to: run?.durationMs ?? 1 };
    this.#header.replaceChildren(...headerView(this.#data, run));
    this.#showLegend();
    this.#showDetail();
    this.#paint();
  }

  #showLegend(): void {
    const toggle = (cause: TimelineBlock['cause']): void => {
      if (!this.#causes.delete(cause)) this.#causes.add(cause);
      this.#showLegend();
      this.#paint();
    };
    this.#legend.replaceChildren(...legendView(this.#run?.blocks ?? [], this.#causes, toggle));
  }

  #choose(block: TimelineBlock | null): void {
    this.#chosen = block;
    this.#detail = null;
    if (block !== null && this.#run !== null) {
      this.#follows = false;
      this.#view = showing(this.#view, block, this.#run.durationMs);
      this.#said.textContent = `${formatMs(block.durationMs)}, ${block.label}, ${block.cause}`;
      this.#host.postMessage({ kind: 'detail', block: this.#keyOf(block, this.#run) });
    }
    this.#showDetail();
    this.#paint();
  }

  #keyOf({ startMs, thread }: TimelineBlock, { key }: TimelineRun): BlockKey {
    return { run: key, startMs, thread };
  }

  #open(part: number, frame: number): void {
    if (this.#chosen === null || this.#run === null) return;
    this.#host.postMessage({ kind: 'open', block: this.#keyOf(this.#chosen, this.#run), part, frame });
  }

  #showDetail(): void {
    const [block, detail, run] = [this.#chosen, this.#detail, this.#run];
    if (block === null || detail === null) {
      const text =
        (run?.blocks.length ?? 0) === 0
          ? 'Nothing has blocked the event loop so far.'
          : 'Choose a block to see its stack.';
      this.#details.replaceChildren(element('p', { className: 'empty', text }));
      return;
    }
    const open = (part: number, frame: number): void => {
      this.#open(part, frame);
    };
    const options = { onlyMine: this.#onlyMine.checked, search: this.#search.value, open };
    this.#details.replaceChildren(detailView(block, detail, options));
  }

  #all(): void {
    if (this.#run === null) return;
    this.#view = { from: 0, to: this.#run.durationMs };
    this.#follows = true;
    this.#paint();
  }

  #look(view: ViewWindow): void {
    this.#view = view;
    this.#follows = false;
    this.#paint();
  }

  /** Draws with the next frame, once. */
  #paint(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = requestAnimationFrame(() => {
      const run = this.#run;
      this.#canvas.hidden = run === null;
      if (run === null) return;
      const picture = {
        run,
        view: this.#view,
        chosen: this.#chosen,
        causes: this.#causes,
        brush: this.#brush?.view ?? null,
      };
      draw(this.#canvas, picture, this.#colors);
    });
  }
}

const main = document.getElementById('timeline');
if (main !== null) new Timeline(main);
