import type { TimelineBlock, TimelineRun } from '../../src/editor/timeline/timelineProtocol.ts';
import { formatMs } from '../../src/wording/numbers/formatNumbers.ts';
import type { Colors } from './colors.ts';
import { axisSteps, type ViewWindow } from './viewWindow.ts';

/** Heights and distances in CSS pixels. */
const axisHeight = 20;
const delayHeight = 72;
const laneHeight = 34;
const laneGap = 6;
const barHeight = 22;
/** A bar is at least this wide, so that a short block in a long session is still seen and can be clicked. */
const narrowestBar = 3;

/** What is drawn. */
export interface Picture {
  readonly run: TimelineRun;
  readonly view: ViewWindow;
  readonly chosen: TimelineBlock | null;
  /** Blocks of other causes are faint; empty: all are shown. */
  readonly causes: ReadonlySet<string>;
  /** The stretch that the pointer is marking, in ms. */
  readonly brush: ViewWindow | null;
}

/** How high the chart of a run is. */
export const chartHeight = (run: TimelineRun): number =>
  axisHeight + delayHeight + laneGap + Math.max(run.threads.length, 1) * laneHeight;

const laneTop = (thread: number): number => axisHeight + delayHeight + laneGap + thread * laneHeight;

/** Where a time is on the screen, and back. */
export const xOf = (at: number, { from, to }: ViewWindow, width: number): number =>
  ((at - from) / (to - from)) * width;
export const timeAt = (x: number, { from, to }: ViewWindow, width: number): number =>
  from + (x / width) * (to - from);

/** The first block whose end lies after a time: blocks are in order of their start. */
function firstVisible(blocks: readonly TimelineBlock[], from: number): number {
  let [low, high] = [0, blocks.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const block = blocks[middle];
    if (block !== undefined && block.startMs < from) low = middle + 1;
    else high = middle;
  }
  // A long block may have begun before.
  return Math.max(low - 50, 0);
}

/** Draws a run: the loop delay over time, and a lane of blocks for each thread. */
export function draw(canvas: HTMLCanvasElement, picture: Picture, colors: Colors): void {
  const context = canvas.getContext('2d');
  if (context === null) return;
  const ratio = window.devicePixelRatio || 1;
  const width = canvas.clientWidth;
  const height = chartHeight(picture.run);
  if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
    canvas.width = Math.round(width * ratio);
    canvas.height = Math.round(height * ratio);
    canvas.style.height = `${String(height)}px`;
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  context.font = `11px ${colors.token('--vscode-font-family')}`;
  drawAxis(context, picture, width, height, colors);
  drawDelay(context, picture, width, colors);
  drawLanes(context, picture, width, colors);
  if (picture.brush !== null) drawBrush(context, picture, width, height, colors);
}

type Context = CanvasRenderingContext2D;

function drawAxis(context: Context, { view }: Picture, width: number, height: number, colors: Colors): void {
  context.fillStyle = colors.token('--vscode-descriptionForeground');
  context.strokeStyle = colors.token('--vscode-editorIndentGuide-background1');
  context.lineWidth = 1;
  context.textBaseline = 'middle';
  for (const at of axisSteps(view, width, 90)) {
    const x = Math.round(xOf(at, view, width)) + 0.5;
    context.beginPath();
    context.moveTo(x, axisHeight);
    context.lineTo(x, height);
    context.stroke();
    context.textAlign = x < 24 ? 'left' : x > width - 24 ? 'right' : 'center';
    context.fillText(formatMs(at), x, axisHeight / 2);
  }
}

function drawDelay(context: Context, { run, view }: Picture, width: number, colors: Colors): void {
  const bottom = axisHeight + delayHeight;
  const inView = run.delays.filter(({ atMs }) => atMs >= view.from - 3000 && atMs <= view.to + 3000);
  const most = Math.max(run.thresholdMs * 1.5, ...inView.map(({ delayMs }) => delayMs));
  const yOf = (ms: number): number => bottom - (ms / most) * (delayHeight - 6);
  context.strokeStyle = colors.token('--vscode-editorWarning-foreground');
  context.setLineDash([4, 4]);
  context.beginPath();
  context.moveTo(0, yOf(run.thresholdMs));
  context.lineTo(width, yOf(run.thresholdMs));
  context.stroke();
  context.setLineDash([]);
  context.fillStyle = colors.token('--vscode-descriptionForeground');
  context.textAlign = 'left';
  context.fillText(`loop delay, up to ${formatMs(most)}`, 4, axisHeight + 8);
  if (inView.length === 0) return;
  context.strokeStyle = colors.token('--vscode-charts-lines');
  context.beginPath();
  inView.forEach(({ atMs, delayMs }, index) => {
    const [x, y] = [xOf(atMs, view, width), yOf(delayMs)];
    if (index === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  });
  context.stroke();
}

function drawLanes(context: Context, picture: Picture, width: number, colors: Colors): void {
  const { run, view, causes, chosen } = picture;
  context.textAlign = 'left';
  for (let index = firstVisible(run.blocks, view.from); index < run.blocks.length; index += 1) {
    const block = run.blocks[index];
    if (block === undefined || block.startMs > view.to) break;
    const x = xOf(block.startMs, view, width);
    const barWidth = Math.max((block.durationMs / (view.to - view.from)) * width, narrowestBar);
    if (x + barWidth < 0) continue;
    const y = laneTop(block.thread) + (laneHeight - barHeight);
    context.globalAlpha = causes.size === 0 || causes.has(block.cause) ? 1 : 0.15;
    context.fillStyle = colors.of(block.cause);
    context.fillRect(x, y, barWidth, barHeight);
    if (block === chosen) {
      context.globalAlpha = 1;
      context.strokeStyle = colors.token('--vscode-focusBorder');
      context.lineWidth = 2;
      context.strokeRect(x - 1, y - 1, barWidth + 2, barHeight + 2);
    }
  }
  context.globalAlpha = 1;
  context.fillStyle = colors.token('--vscode-descriptionForeground');
  if (run.threads.length > 1) {
    run.threads.forEach((thread, index) => context.fillText(thread, 4, laneTop(index) + 6));
  }
}

function drawBrush(context: Context, picture: Picture, width: number, height: number, colors: Colors): void {
  const { brush, view } = picture;
  if (brush === null) return;
  const from = xOf(brush.from, view, width);
  context.globalAlpha = 0.3;
  context.fillStyle = colors.token('--vscode-editor-selectionBackground');
  context.fillRect(from, axisHeight, xOf(brush.to, view, width) - from, height - axisHeight);
  context.globalAlpha = 1;
}

/** The block at a point of the chart; of several the shortest. */
export function blockUnder(
  run: TimelineRun,
  view: ViewWindow,
  width: number,
  x: number,
  y: number,
): TimelineBlock | null {
  let best: TimelineBlock | null = null;
  for (let index = firstVisible(run.blocks, view.from); index < run.blocks.length; index += 1) {
    const block = run.blocks[index];
    if (block === undefined || block.startMs > view.to) break;
    const top = laneTop(block.thread);
    if (y < top || y > top + laneHeight) continue;
    const left = xOf(block.startMs, view, width);
    const barWidth = Math.max((block.durationMs / (view.to - view.from)) * width, narrowestBar);
    if (x < left - 1 || x > left + barWidth + 1) continue;
    if (best === null || block.durationMs < best.durationMs) best = block;
  }
  return best;
}
