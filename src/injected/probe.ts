/* eslint-disable max-lines-per-function -- the probe travels as the text of this one function, so all of it lives inside */

import type { EnableQuietly, ProbeDrain, ProbeOptions } from './probeMessages.ts';
import type { Rotate } from './rotation.ts';

/**
 * Runs inside the target: takes clock marks at callback boundaries and live stacks, and never throws into user code.
 * It must not refer to anything outside itself. `need` loads a Node built-in, `rotateProfiles` is what
 * `rotation` made, `quietly` is `enableQuietly` on Node before 24.
 */
export function probe(
  options: ProbeOptions,
  need: (id: string) => any,
  rotateProfiles: Rotate,
  quietly?: EnableQuietly,
): boolean {
  // One symbol for all sessions: V8 never forgets a registered one.
  const place = Symbol.for('offloop');
  const global: any = globalThis;
  const { key } = options;
  const inspector = need('inspector');
  const timers = need('timers');
  const { performance } = need('perf_hooks');
  const { hrtime } = process;
  const stringify = JSON.stringify;
  // Each look at the loop's delay wakes an idle loop up: more often would cost more than all the rest.
  const lookEveryMs = 20;
  const capacity = 60_000;
  let title = options.title;
  let marks: (number | string)[] = [];
  let [turns, requests, lost, idleUs] = [0, 0, 0, 0];
  let stopped = false;

  // Evaluations interrupt Node's own code, too, in the middle of what it does to its queues of ticks, timers and immediates:
  // a tick that is added there may be the last one that ever runs. Only a microtask may be added, which V8 keeps itself.
  const settled = Promise.resolve();
  const later = async (action: () => void): Promise<void> => {
    await settled;
    action();
  };

  const clock = (): number => {
    const time = hrtime();
    return time[0] * 1e6 + time[1] / 1e3;
  };
  const push = (items: (number | string)[]): void => {
    if (marks.length > capacity) lost++;
    else marks.push(...items);
  };

  // A mark is worth keeping when a long interval ends or starts at it: it may bound a block. One every now and then is
  // kept too, and one of the turns: nobody could tell a thousand short callbacks without a mark from a long one.
  let last: (number | string)[] = [0, clock()];
  let lastAt = last[1] as number;
  let keepLast = true;
  let [idleAt, keptAt, keptTurnAt] = [lastAt, lastAt, lastAt];
  // How long the loop had waited for work in all, in us, at about the last mark or when it was last seen idle.
  const waited = (): number => performance.eventLoopUtilization().idle * 1e3;
  let waitedThen = waited();
  const mark = (item: (number | string)[]): void => {
    const at = item[1] as number;
    const long = at - lastAt >= options.keepUs;
    if (keepLast || long) push(last);
    last = item;
    lastAt = at;
    keepLast = long || at - (item[0] ? keptAt : keptTurnAt) >= options.keepUs;
    if (!keepLast) return;
    keptAt = at;
    waitedThen = waited();
    if (!item[0]) keptTurnAt = at;
  };

  const { createHook, executionAsyncResource } = need('async_hooks');
  // Whether Node itself calls back: into a native handle, a timer, an immediate or an HTTP parser. Ticks and microtasks
  // belong to the callback before them.
  const isEntry = (resource: any): boolean => {
    try {
      return (
        typeof resource.getAsyncId === 'function' ||
        ('_idleTimeout' in resource && resource !== looker) ||
        '_onImmediate' in resource ||
        String(resource.type).startsWith('HTTP')
      );
    } catch {
      return false;
    }
  };
  let [depth, calls] = [0, 0];
  let watches = true;
  let isLate = true;
  // Drains until scopes that cost too much are watched again.
  let rest = 0;
  // `trackPromises` is known from Node 24 on and makes this cheap; earlier versions ignore it: see quietHook.ts.
  const hook = createHook({
    trackPromises: false,
    before() {
      calls++;
      if (depth++ > 0) return;
      const at = clock();
      // After a short while it bounds nothing long, and asking what it is would cost more than the mark.
      if (at - lastAt >= options.keepUs && isEntry(executionAsyncResource())) mark([2, at]);
    },
    after() {
      // Enabled in the middle of something, we see its end alone.
      if (depth > 0) depth--;
    },
  });
  let isAffordable: ReturnType<EnableQuietly> | undefined;
  const watch = (wanted: boolean): void => {
    if (options.scopes || stopped || wanted === watches) return;
    watches = wanted;
    depth = 0;
    if (watches) enable();
    else hook.disable();
  };
  // When the loop is late, more calls are worth their cost.
  const watchLate = (): void => {
    isLate = true;
    if (isAffordable?.(99_999, true)) watch(true);
  };
  const enable = (): void => {
    if (quietly) isAffordable = quietly(hook);
    else hook.enable();
  };

  let immediate: any;
  const beat = (): void => {
    turns++;
    // An uncaught exception may skip `after`; inside an immediate the depth is one by definition.
    if (depth > 1) depth = 1;
    const at = clock();
    if (watches && isAffordable?.(calls, isLate) === false) {
      rest = 15;
      watch(false);
    }
    mark([0, at]);
    immediate = timers.setImmediate(beat).unref();
  };

  const channel = need('diagnostics_channel').channel('http.server.request.start');
  // Numbers in paths are mostly ids: left in, they would soon fill the map.
  const routes = new Map<string, number>();
  const maxRoutes = 200;
  const onRequest = (message: any): void => {
    try {
      requests++;
      const { method, url } = message.request;
      const short = String(url).slice(0, 1024);
      const path = short.split(/[?#]/)[0]!;
      const route = `${method} ${path.replace(/\/\d+(?![^/])/g, '/:id')}`;
      const count = routes.get(route);
      if (count || routes.size < maxRoutes) routes.set(route, (count ?? 0) + 1);
      mark([1, clock(), String(method), options.fullUrls ? short : path]);
    } catch {
      lost++;
    }
  };

  // Delays by eighths of powers of two, in us, so within 5 %. Each histogram of Node's own would keep 0.4 MB until the
  // collector next visits the old.
  const delays: number[] = [];
  let [looks, worst, lookedAt] = [0, 0, 0];
  // Below zero until the loop turned.
  let recentWorst = -1;
  let looker: any;
  const look = (): void => {
    const passed = clock() - lookedAt;
    const late = Math.max(0, passed - lookEveryMs * 1e3);
    lookedAt += passed;
    const bucket = Math.round(8 * Math.log2(1 + late));
    delays[bucket] = (delays[bucket] ?? 0) + 1;
    looks++;
    recentWorst = Math.max(recentWorst, late);
    if (late >= options.lateUs) watchLate();
    // A long block must not end the lease.
    idleUs += Math.min(passed, 1e6);
    if (idleUs < options.leaseSeconds * 1e6) return;
    stop();
    if (options.closeInspector && onlyUs()) inspector.close();
  };
  const delayMs = (share: number): number => {
    let left = looks * share;
    let bucket = 0;
    while (bucket < delays.length && (left -= delays[bucket] ?? 0) > 0) bucket++;
    return Math.min(2 ** (bucket / 8) - 1, worst) / 1e3;
  };

  const drain = (): string => {
    // It may be the start of what runs right now.
    push(last);
    keepLast = false;
    idleUs = 0;
    worst = Math.max(worst, recentWorst);
    isLate = recentWorst < 0 || recentWorst >= options.lateUs;
    calls = 0;
    if (rest > 0 && --rest === 0) void later(() => watch(true));
    const drained: ProbeDrain = {
      marks,
      turns,
      requests,
      routes: [...routes],
      lost,
      delay: looks ? [delayMs(0.5), delayMs(0.99), worst / 1e3] : [],
      recentDelay: Math.max(0, recentWorst) / 1e3,
    };
    const text = stringify(drained);
    marks = [];
    recentWorst = -1;
    routes.clear();
    return text;
  };

  const rotate = (next: string): string => {
    rotateProfiles(next, title);
    title = next;
    return drain();
  };

  const leave = (): void => {
    delete global[place]?.[key];
    if (!Object.keys(global[place] ?? {}).length) delete global[place];
  };

  const stop = (): void => {
    if (stopped) return;
    stopped = true;
    hook.disable();
    timers.clearImmediate(immediate);
    timers.clearInterval(looker);
    channel.unsubscribe(onRequest);
    process.removeListener('exit', onExit);
    leave();
  };

  const end = (): string => {
    leave();
    void later(stop);
    rotateProfiles(undefined, title);
    return drain();
  };

  // After a natural exit nothing can be evaluated any more, so the marks leave as the title of a profile.
  const onExit = (): void => {
    if (stopped) return;
    stop();
    rotateProfiles(`${key} ${drain()}`, title);
  };

  const onlyUs = (): boolean => {
    try {
      const port = Number(new URL(inspector.url()).port).toString(16).toUpperCase().padStart(4, '0');
      // State 01 is an established connection.
      return !new RegExp(`:${port} \\S+ 01 `).test(need('fs').readFileSync('/proc/self/net/tcp', 'latin1'));
    } catch {
      return false;
    }
  };
  const begin = (): void => {
    if (stopped) return;
    lookedAt = clock();
    looker = timers.setInterval(look, lookEveryMs).unref();
    channel.subscribe(onRequest);
    // An eleventh listener would make Node print a warning.
    if (process.listenerCount('exit') < 10) process.on('exit', onExit);
    immediate = timers.setImmediate(beat).unref();
    enable();
  };

  const capture = (): any => {
    const descriptors = ['stackTraceLimit', 'prepareStackTrace'].map(
      (name) => [name, Object.getOwnPropertyDescriptor(Error, name)] as const,
    );
    try {
      Error.stackTraceLimit = 48;
      Error.prepareStackTrace = (_error, sites) => sites;
      const holder: { stack?: unknown } = {};
      Error.captureStackTrace(holder, peek);
      return holder.stack;
    } finally {
      for (const [name, descriptor] of descriptors) {
        if (descriptor) Object.defineProperty(Error, name, descriptor);
        else delete (Error as any)[name];
      }
    }
  };

  // Do the tasks that follow, and what runs now, end quickly one after the other? Eight of ours among them tell: in a
  // chain of ticks or microtasks they run soon, after one long task only at its end.
  const follower = (schedule: (step: () => void) => void): (() => void) => {
    let [left, first, previous] = [0, 0, 0];
    const step = (): void => {
      const at = clock();
      first = first || at;
      left = at - previous < options.keepUs ? left - 1 : -1;
      previous = at;
      if (left > 0) schedule(step);
      else if (left === 0) push([3, first, at]);
      else left = 0;
    };
    return () => {
      if (left > 0) return;
      left = 8;
      first = 0;
      previous = clock();
      schedule(step);
    };
  };
  const followTicks = follower((step) => {
    process.nextTick(step);
  });
  const followMicrotasks = follower((step) => void later(step));

  // Called by an evaluation that interrupts whatever runs, so the stack below it is the blocked one.
  const peek = (minUs: number): string => {
    try {
      const now = clock();
      const since = Math.max(lastAt, idleAt);
      if (now - since < minUs) return '';
      const sites = capture();
      const idle = waited();
      // Between two microtasks the stack is as empty as that of an idle loop, but then the loop has not waited.
      if (!(sites?.length > 1) && now - since - idle + waitedThen < minUs) {
        idleAt = now;
        waitedThen = idle;
        return '';
      }
      followMicrotasks();
      void later(watchLate);
      // Where the program's code runs above Node's handling of ticks, that goes on looking at its queue afterwards.
      const below: any[] = sites.slice(1);
      const files = below.map((site) => String(site.getFileName() ?? 'node:'));
      const near = files.find((file) => /^(?!node:)|process.(task|prom)/.test(file));
      if (near && !near.startsWith('node:')) followTicks();
      const frames = below.map((site) => [
        site.getFunctionName(),
        site.getFileName(),
        site.getLineNumber(),
        site.getColumnNumber(),
        +site.isAsync(),
      ]);
      return stringify([now, since, frames]);
    } catch {
      return '';
    }
  };

  const probes = global[place] ?? Object.create(null);
  probes[key] = { rotate, end, peek };
  Object.defineProperty(global, place, { configurable: true, value: probes });
  void later(begin);
  return true;
}
