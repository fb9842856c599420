import type { LiveStack, Mark, Stretch } from '../../../recording/recording.ts';
import { thinMarks } from '../../../recording/thinMarks.ts';
import { requestRoute } from '../../../recording/requestRoute.ts';
import { micros, type Micros } from '../../../base/units.ts';
import { member, readNumber, readNumbers, readString } from '../../protocol/readValue.ts';

/** Marks and live stacks beyond these are dropped, oldest first. */
const maxMarks = 400_000;
const maxUnmarked = 1000;
const maxLiveStacks = 20_000;
const maxFrames = 48;
/** The probe names at most this many routes at a time; more than these of all times are counted in the total alone. */
const maxDrainedRoutes = 200;
const maxRoutes = 2000;

/** Loop figures as the probe reported them last. Times in ms. */
export interface LoopFigures {
  readonly turns: number;
  readonly requests: number;
  readonly lost: number;
  readonly delayMs: { readonly p50: number; readonly p99: number; readonly max: number } | null;
  /** Largest delay since the previous report. */
  readonly recentDelayMs: number;
}

/** What one drain of the probe brought, parsed: everything in it is untrusted. */
export interface Drained {
  readonly marks: readonly Mark[];
  readonly figures: LoopFigures;
  /** Requests since the drain before, by route. */
  readonly routes: ReadonlyMap<string, number>;
}

/** Parses what the probe returned; undefined when it is not a drain. */
export function parseDrain(text: unknown): Drained | undefined {
  const value = typeof text === 'string' ? parseJson(text) : undefined;
  const marks = member(value, 'marks');
  if (!Array.isArray(marks)) return undefined;
  const [p50, p99, max] = readNumbers(member(value, 'delay'), 3);
  return {
    marks: parseMarks(marks),
    figures: {
      turns: readNumber(member(value, 'turns')) ?? 0,
      requests: readNumber(member(value, 'requests')) ?? 0,
      lost: readNumber(member(value, 'lost')) ?? 0,
      delayMs: p50 !== undefined && p99 !== undefined && max !== undefined ? { p50, p99, max } : null,
      recentDelayMs: readNumber(member(value, 'recentDelay')) ?? 0,
    },
    routes: parseRoutes(member(value, 'routes')),
  };
}

function parseRoutes(value: unknown): ReadonlyMap<string, number> {
  const routes = new Map<string, number>();
  for (const pair of Array.isArray(value) ? value.slice(0, maxDrainedRoutes) : []) {
    const [name, count] = Array.isArray(pair) ? (pair as readonly unknown[]) : [];
    const text = readString(name, 1100);
    if (text === null || !Number.isSafeInteger(count) || (count as number) < 1) continue;
    const method = text.split(' ', 1)[0] ?? '';
    const route = requestRoute(method, text.slice(method.length + 1));
    routes.set(route, (routes.get(route) ?? 0) + (count as number));
  }
  return routes;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function parseMarks(flat: readonly unknown[]): readonly Mark[] {
  const marks: Mark[] = [];
  for (let index = 0; index + 1 < flat.length;) {
    const kind = flat[index];
    const at = readNumber(flat[index + 1]);
    if (at === null) break;
    if (kind === 0 || kind === 2) {
      marks.push({ kind: kind === 0 ? 'beat' : 'entry', at: micros(at) });
      index += 2;
    } else if (kind === 1) {
      const method = readString(flat[index + 2], 16) ?? '';
      marks.push({ kind: 'request', at: micros(at), method, url: readString(flat[index + 3], 1024) ?? '' });
      index += 4;
    } else if (kind === 3) {
      const end = readNumber(flat[index + 2]);
      if (end !== null) marks.push({ kind: 'steps', at: micros(at), end: micros(end) });
      index += 3;
    } else break;
  }
  return marks.sort((a, b) => a.at - b.at);
}

/** Parses the answer to a peek; undefined when nothing long was running. Positions become zero-based. */
export function parseLiveStack(text: unknown): LiveStack | undefined {
  const value = typeof text === 'string' && text !== '' ? parseJson(text) : undefined;
  if (!Array.isArray(value)) return undefined;
  const [at, since, frames] = value as readonly unknown[];
  const [atUs, sinceUs] = [readNumber(at), readNumber(since)];
  if (atUs === null || sinceUs === null || !Array.isArray(frames)) return undefined;
  const parsed = frames.slice(0, maxFrames).flatMap(parseLiveFrame);
  const awaiting = parsed.filter(({ isAsync }) => isAsync).map(({ frame }) => frame);
  return {
    at: micros(atUs),
    since: micros(sinceUs),
    frames: parsed.filter(({ isAsync }) => !isAsync).map(({ frame }) => frame),
    ...(awaiting.length === 0 ? {} : { awaiting }),
  };
}

type LiveFrame = LiveStack['frames'][number];

function parseLiveFrame(value: unknown): readonly { readonly frame: LiveFrame; readonly isAsync: boolean }[] {
  if (!Array.isArray(value)) return [];
  const [name, url, line, column, async] = value as readonly unknown[];
  const frame = {
    functionName: readString(name, 512) ?? '',
    url: readString(url) ?? '',
    lineNumber: (readNumber(line) ?? 0) - 1,
    columnNumber: (readNumber(column) ?? 0) - 1,
  };
  return [{ frame, isAsync: async === 1 }];
}

/** The marks and live stacks of one thread, bounded. */
export class MarkStore {
  readonly #maxMarks: number;
  readonly #sparseUs: number;
  #marks: Mark[] = [];
  #liveStacks: LiveStack[] = [];
  readonly #routes = new Map<string, number>();
  #figures: LoopFigures | undefined;
  readonly #unmarked: Stretch[] = [];
  /** The time since which there are no marks; null if there are. */
  #missingSince: Micros | null = micros(0);

  /** Marks of long ago stand closer together than `sparseUs` only where that bounds something as long. */
  constructor(sparseUs: number, bound = maxMarks) {
    this.#sparseUs = sparseUs;
    this.#maxMarks = bound;
  }

  /** Requests by route; undefined before the probe's first report. */
  get routes(): ReadonlyMap<string, number> | undefined {
    return this.#figures === undefined ? undefined : this.#routes;
  }

  get figures(): LoopFigures | undefined {
    return this.#figures;
  }

  /** Where marks are missing; nowhere as long as there are none at all. */
  get unmarked(): readonly Stretch[] {
    if (this.#missingSince === null) return this.#unmarked;
    const isOpen = this.#marks.length > 0;
    return isOpen
      ? [...this.#unmarked, { start: this.#missingSince, end: micros(Infinity) }]
      : this.#unmarked;
  }

  add(drained: Drained): void {
    this.addMarks(drained.marks);
    if (drained.figures.lost > (this.#figures?.lost ?? 0)) this.noteMissing();
    this.#figures = drained.figures;
    for (const [route, count] of drained.routes) {
      const known = this.#routes.get(route);
      if (known !== undefined || this.#routes.size < maxRoutes) this.#routes.set(route, (known ?? 0) + count);
    }
  }

  addMarks(marks: readonly Mark[]): void {
    const [first] = marks;
    if (first === undefined) return;
    if (this.#missingSince !== null) {
      this.#unmarked.push({ start: this.#missingSince, end: first.at });
      if (this.#unmarked.length > maxUnmarked) this.#unmarked.shift();
      this.#missingSince = null;
    }
    for (const mark of marks) this.#marks.push(mark);
    if (this.#marks.length > this.#maxMarks) this.#shrink();
  }

  /** From the last mark on until the next one some may be missing. */
  noteMissing(): void {
    this.#missingSince ??= this.#marks.at(-1)?.at ?? micros(0);
  }

  addLiveStack(stack: LiveStack): void {
    this.#liveStacks.push(stack);
    if (this.#liveStacks.length > maxLiveStacks) this.#liveStacks.splice(0, maxLiveStacks / 2);
  }

  marksSince(at: Micros): readonly Mark[] {
    return this.#marks.filter((mark) => ('end' in mark ? mark.end : mark.at) >= at);
  }

  liveStacksSince(at: Micros): readonly LiveStack[] {
    return this.#liveStacks.filter((stack) => stack.at >= at);
  }

  #shrink(): void {
    const half = this.#maxMarks / 2;
    const old = thinMarks(this.#marks.slice(0, -half), this.#sparseUs);
    // Where thinning does not help, the oldest go.
    const kept = old.slice(-half / 2);
    this.#marks = [...kept, ...this.#marks.slice(-half)];
    const [first] = this.#marks;
    if (kept.length < old.length && first !== undefined)
      this.#unmarked.splice(0, 1, { start: micros(0), end: first.at });
  }
}
