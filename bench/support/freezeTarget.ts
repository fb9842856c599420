import { setTimeout as delay } from 'node:timers/promises';
import { analyzeRecording } from '../../src/analysis/analyzeRecording.ts';
import { millis } from '../../src/base/units.ts';
import { attach } from '../../src/profiler/attach.ts';
import { diskSources } from '../../src/sources/diskSources.ts';
import { originOf } from './compareBlocks.ts';
import { LoadClient } from './loadClient.ts';
import { startProgram } from './startProgram.ts';
import { seeded } from './statistics.ts';

/** A series of freezes of a healthy server. */
export interface FreezeSeries {
  readonly node: string;
  /** The program, and what of it is asked for. */
  readonly program: 'steady' | 'healthy';
  readonly freezes: number;
  /** Connections that ask without a pause; 0 leaves the server idle but for one request now and then. */
  readonly connections: number;
  readonly seed: number;
}

/** What became of the freezes. */
export interface FreezeOutcome {
  readonly freezes: number;
  /** Freezes during which the report has a block at all. */
  readonly blocks: number;
  readonly starved: number;
  /** Freezes that the report blames on code: the largest part of their block has another cause. */
  readonly blamed: readonly string[];
}

/** The healthy program works half a millisecond for each request. */
const paths = { steady: '/', healthy: '/work?ms=0.5' } as const;
const frozenMs = 150;
const betweenMs = [120, 320] as const;

interface Freeze {
  readonly fromUs: number;
  readonly toUs: number;
}

const now = (): number => Number(process.hrtime.bigint() / 1000n);

async function freeze(pid: number): Promise<Freeze> {
  process.kill(pid, 'SIGSTOP');
  const fromUs = now();
  await delay(frozenMs);
  process.kill(pid, 'SIGCONT');
  return { fromUs, toUs: now() };
}

/** Stops a healthy server again and again while it is recorded, and asks the report what it makes of that. */
export async function freezeTarget({
  node,
  freezes,
  program: name,
  connections,
  seed,
}: FreezeSeries): Promise<FreezeOutcome> {
  await using program = await startProgram(node, [`bench/targets/${name}.cjs`]);
  const { port } = program.ready as { readonly port: number };
  const load = new LoadClient(`http://127.0.0.1:${String(port)}${paths[name]}`, Math.max(connections, 1));
  await load.run(2000);
  const session = await attach({ target: program.webSocketUrl });
  if (!session.ok) throw session.error;
  const over = new AbortController();
  const asking = (async () => {
    while (!over.signal.aborted) {
      await load.run(connections === 0 ? 1 : 200);
      if (connections === 0) await delay(15);
    }
  })();
  const random = seeded(seed);
  const series: Freeze[] = [];
  for (let at = 0; at < freezes; at += 1) {
    await delay(betweenMs[0] + random() * (betweenMs[1] - betweenMs[0]));
    series.push(await freeze(program.pid));
  }
  await delay(betweenMs[1]);
  over.abort();
  await asking;
  load.close();
  const { recording } = await session.value.stop();
  const options = { threshold: millis(50), root: process.cwd(), mappings: [], fullUrls: false };
  const report = analyzeRecording(recording, diskSources(), options);
  const origin = originOf(recording);
  const blamed: string[] = [];
  let blocks = 0;
  for (const { fromUs, toUs } of series) {
    const [from, to] = [(fromUs - origin) / 1000, (toUs - origin) / 1000];
    const block = report.blocks.find(
      ({ startMs, durationMs }) =>
        Math.min(startMs + durationMs, to) - Math.max(startMs, from) > frozenMs / 2,
    );
    if (block === undefined) continue;
    blocks += 1;
    const cause = block.parts[0]?.cause ?? 'unknown';
    if (cause !== 'starved')
      blamed.push(`${cause} ${block.stack[0]?.function ?? ''} ${String(block.durationMs)} ms`);
  }
  return { freezes, blocks, starved: blocks - blamed.length, blamed };
}
