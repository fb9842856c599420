/** The stretch of time that is on the screen, in ms. */
export interface ViewWindow {
  readonly from: number;
  readonly to: number;
}

/** Closer than this nothing more is to be seen, in ms. */
const shortestMs = 1;

/** A stretch inside the run, at least a millisecond long. */
export function clamped({ from, to }: ViewWindow, durationMs: number): ViewWindow {
  const length = Math.min(Math.max(to - from, shortestMs), Math.max(durationMs, shortestMs));
  const start = Math.min(Math.max(from, 0), Math.max(durationMs - length, 0));
  return { from: start, to: start + length };
}

/** Zooms by a factor (below 1: closer) and keeps a time where it is on the screen. */
export function zoomed(view: ViewWindow, factor: number, around: number, durationMs: number): ViewWindow {
  const from = around - (around - view.from) * factor;
  return clamped({ from, to: from + (view.to - view.from) * factor }, durationMs);
}

/** Moves by a share of what is on the screen. */
export function panned(view: ViewWindow, share: number, durationMs: number): ViewWindow {
  const by = (view.to - view.from) * share;
  return clamped({ from: view.from + by, to: view.to + by }, durationMs);
}

/** Moves as little as needed, or zooms out, so that a block is on the screen. */
export function showing(
  view: ViewWindow,
  block: { readonly startMs: number; readonly durationMs: number },
  durationMs: number,
): ViewWindow {
  const end = block.startMs + block.durationMs;
  if (block.startMs >= view.from && end <= view.to) return view;
  const length = Math.max(view.to - view.from, block.durationMs * 3);
  const from = block.startMs + block.durationMs / 2 - length / 2;
  return clamped({ from, to: from + length }, durationMs);
}

/** Round steps for the marks of an axis, in ms: about one for each `everyPx`. */
export function axisSteps(view: ViewWindow, widthPx: number, everyPx: number): readonly number[] {
  const wanted = (view.to - view.from) / Math.max(widthPx / everyPx, 1);
  const power = 10 ** Math.floor(Math.log10(wanted));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((each) => each >= wanted) ?? wanted;
  const marks: number[] = [];
  for (let at = Math.ceil(view.from / step) * step; at <= view.to; at += step) marks.push(at);
  return marks;
}
