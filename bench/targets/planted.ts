// A server that blocks its loop in known ways and keeps its own record of it. One request plants one block:
// /plant?kind=<kind>&way=<way>&ms=<length>; /quick answers at once; /truth gives the record.
import * as fs from 'node:fs';
import * as http from 'node:http';
import { performance } from 'node:perf_hooks';
import { chainMicrotasks, chainTicks, file, kinds, now, rows } from './plantedWork.ts';

// The record: every stretch of the thread between two points of an independent clock.

interface Stretch {
  readonly kind: string | null;
  readonly way: string | null;
  readonly startUs: number;
  readonly endUs: number;
  readonly cpuUs: number | null;
}
const truth: Stretch[] = [];
/** Shorter stretches are of no interest to anybody. */
const keepUs = 20_000;
let lastAt = now();
let lastActive = performance.eventLoopUtilization();
/** CPU time of this thread as the kernel counts it, µs; null where there is no such file. */
function cpu(): number | null {
  try {
    return Number(fs.readFileSync('/proc/thread-self/schedstat', 'latin1').split(' ')[0]) / 1000;
  } catch {
    return null;
  }
}

/** A point of the clock: what lies before it and was not idle was somebody's run. */
function point(): number {
  const at = now();
  const active = performance.eventLoopUtilization(lastActive).active * 1000;
  if (at - lastAt >= keepUs && active >= keepUs) {
    truth.push({
      kind: null,
      way: null,
      startUs: at - Math.min(active, at - lastAt),
      endUs: at,
      cpuUs: null,
    });
  }
  lastAt = at;
  lastActive = performance.eventLoopUtilization();
  return at;
}

function planted(kind: string, way: string, startUs: number, startCpu: number | null): void {
  const endUs = now();
  const endCpu = cpu();
  truth.push({
    kind,
    way,
    startUs,
    endUs,
    cpuUs: startCpu === null || endCpu === null ? null : endCpu - startCpu,
  });
  lastAt = endUs;
  lastActive = performance.eventLoopUtilization();
}

setImmediate(function beat() {
  point();
  setImmediate(beat).unref();
}).unref();

function plant(kind: string, way: string, ms: number, done: () => void): void {
  const startUs = point();
  const startCpu = cpu();
  const end = (): void => {
    planted(kind, way, startUs, startCpu);
    done();
  };
  if (kind === 'microtasks') {
    chainMicrotasks(startUs + ms * 1000, end);
    return;
  }
  if (kind === 'ticks') {
    chainTicks(startUs + ms * 1000, end);
    return;
  }
  kinds[kind]?.(ms);
  end();
}

/** The ways into the loop: from where a block's callback is called. */
const ways: Record<string, (run: () => void) => void> = {
  request: (run) => {
    run();
  },
  timer: (run) => {
    setTimeout(run, 2);
  },
  immediate: (run) => {
    setImmediate(run);
  },
  promise: (run) => {
    void new Promise((resolve) => setTimeout(resolve, 2)).then(run);
  },
  file: (run) => {
    fs.stat(file, run);
  },
  await: (run) => {
    void (async () => {
      await fs.promises.stat(file);
      run();
    })();
  },
};

const server = http.createServer((request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost');
  if (url.pathname === '/plant') {
    const [kind, way, ms] = ['kind', 'way', 'ms'].map((name) => url.searchParams.get(name) ?? '');
    const run = (): void => {
      plant(kind ?? '', way ?? '', Number(ms), () => response.end('planted'));
    };
    ways[way ?? '']?.(run);
  } else if (url.pathname === '/clock') {
    response.end(JSON.stringify({ wallMs: Date.now(), atUs: now() }));
  } else if (url.pathname === '/truth') {
    response.end(JSON.stringify(truth));
  } else {
    point();
    response.end(JSON.stringify(rows.slice(0, 20)));
    point();
  }
});
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as { readonly port: number };
  const usable = Object.keys(kinds).filter((kind) => kinds[kind] !== null);
  console.log(`ready ${JSON.stringify({ port, kinds: [...usable, 'microtasks', 'ticks'] })}`);
});
