import type { Mark } from '../../../recording/recording.ts';
import { thinMarks } from '../../../recording/thinMarks.ts';
import { micros } from '../../../base/units.ts';
import type { CdpChannel } from '../../protocol/cdpConnection.ts';
import { member, readNumber, readString } from '../../protocol/readValue.ts';

/** `node.environment` times the phases of the loop, `node.http` the requests of servers. */
const categories: readonly string[] = ['node.environment', 'node.http'];
/** Writing this many events holds the target for about 10 ms: a busier one is asked for less from then on. */
const manyEvents = 10_000;
/** Node writes at most about 65 000 events at a time. */
const maxEvents = 70_000;
const answerMs = 10_000;
/** Never seen to need more than one. */
const maxFlushes = 3;
const maxOpenRequests = 10_000;

/** Trace events do not say the method of a request. */
const unknownMethod = '';

interface TraceEvent {
  readonly name: string;
  readonly phase: string;
  readonly at: number;
  readonly thread: number | null;
  readonly event: unknown;
}

/**
 * Clock marks from the trace events that Node itself writes: what a thread has that nothing may be put into. Phases of
 * the loop and requests, but no single callbacks and no stacks; only main threads can be traced. Stopping is part of
 * each rotation, as Node gives events out only then.
 */
export class TraceMarks {
  readonly #channel: CdpChannel;
  readonly #keepUs: number;
  readonly #fullUrls: boolean;
  #categories = categories;
  #events: TraceEvent[] = [];
  #stopListening: (() => void) | undefined;
  #mainThread: number | null = null;
  /** Requests that have begun and not ended, by the id of their events. */
  readonly #open = new Map<string, { url: string }>();
  #requests = 0;
  #messages = 0;
  #works = false;

  /** Keeps only some of the marks that lie closer together than `keepUs`, and the queries of URLs only with `fullUrls`. */
  constructor(channel: CdpChannel, keepUs: number, fullUrls: boolean) {
    this.#channel = channel;
    this.#keepUs = keepUs;
    this.#fullUrls = fullUrls;
  }

  /** Requests that began so far. */
  get requests(): number {
    return this.#requests;
  }

  /** Whether tracing has begun once: it cannot be had everywhere (worker threads, another tracer). */
  get works(): boolean {
    return this.#works;
  }

  /** Begins to trace, where that can be had. */
  async start(): Promise<void> {
    if (!(await this.#begin())) return;
    this.#works = true;
    this.#stopListening = this.#channel.on('NodeTracing.dataCollected', (params) => {
      this.#collect(member(params, 'value'));
    });
  }

  /** Ends tracing; what was seen since the start, in order, times in us of the thread's clock. */
  async stop(): Promise<readonly Mark[]> {
    if (this.#stopListening === undefined) return [];
    this.#messages = 0;
    await this.#channel.send('NodeTracing.stop', {}, answerMs);
    // Events come before the answer. Where a thread of Node's was late they come with the next one.
    for (let again = 0; this.#messages === 0 && again < maxFlushes && (await this.#begin()); again++)
      await this.#channel.send('NodeTracing.stop', {}, answerMs);
    this.#stopListening();
    this.#stopListening = undefined;
    const events = this.#events;
    this.#events = [];
    if (events.length > manyEvents) this.#categories = this.#categories.slice(1);
    const own = events.filter(({ thread }) => this.#mainThread === null || thread === this.#mainThread);
    return thinMarks(
      this.#marksOf(own).sort((a, b) => a.at - b.at),
      this.#keepUs,
    );
  }

  async #begin(): Promise<boolean> {
    const traceConfig = { includedCategories: this.#categories };
    return (await this.#channel.send('NodeTracing.start', { traceConfig }, answerMs)).ok;
  }

  #collect(value: unknown): void {
    this.#messages++;
    if (!Array.isArray(value)) return;
    for (const event of value as readonly unknown[]) {
      if (this.#events.length >= maxEvents) return;
      const name = readString(member(event, 'name'), 64);
      const at = readNumber(member(event, 'ts'));
      const thread = readNumber(member(event, 'tid'));
      if (name === null || at === null) continue;
      if (name === 'thread_name') {
        if (member(member(event, 'args'), 'name') === 'JavaScriptMainThread') this.#mainThread = thread;
      } else this.#events.push({ name, phase: readString(member(event, 'ph'), 1) ?? '', at, thread, event });
    }
  }

  #marksOf(events: readonly TraceEvent[]): Mark[] {
    const marks: Mark[] = [];
    for (const { name, phase, at, event } of events) {
      if (name === requestEvent) {
        // A request ends in a callback of its own, or just after the one that answered it.
        if (phase === 'e') marks.push({ kind: 'entry', at: micros(at) });
        if (phase === 'e') this.#nameRequest(event);
        if (phase === 'b') marks.push(this.#requestOf(event, at));
      } else if (phase === 'X') {
        // Immediates are looked for once per turn, right after the callbacks of sockets and files.
        marks.push({ kind: name === 'CheckImmediate' ? 'beat' : 'entry', at: micros(at) });
        marks.push({ kind: 'entry', at: micros(at + (readNumber(member(event, 'dur')) ?? 0)) });
      }
    }
    return marks;
  }

  #requestOf(event: unknown, at: number): Mark {
    this.#requests++;
    const mark = { kind: 'request' as const, at: micros(at), method: unknownMethod, url: '' };
    if (this.#open.size < maxOpenRequests) this.#open.set(idOf(event), mark);
    return mark;
  }

  /** Only the end of a request tells its url; that may come after the next rotation. */
  #nameRequest(event: unknown): void {
    const mark = this.#open.get(idOf(event));
    this.#open.delete(idOf(event));
    const url = readString(member(member(member(event, 'args'), 'data'), 'url'), 1024);
    if (mark !== undefined && url !== null) mark.url = this.#fullUrls ? url : (url.split(/[?#]/, 1)[0] ?? '');
  }
}

const requestEvent = 'http.server.request';
const idOf = (event: unknown): string => readString(member(event, 'id'), 32) ?? '';
