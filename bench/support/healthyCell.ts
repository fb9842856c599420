import { setTimeout as delay } from 'node:timers/promises';
import { analyzeRecording } from '../../src/analysis/analyzeRecording.ts';
import type { ReportBlock } from '../../src/report/report.ts';
import { millis } from '../../src/base/units.ts';
import { attach } from '../../src/profiler/attach.ts';
import { diskSources } from '../../src/sources/diskSources.ts';
import { originOf } from './compareBlocks.ts';
import { fetchText, keepBusy, type HealthyLoad, type HealthyPorts } from './healthyLoad.ts';
import { startProgram } from './startProgram.ts';

/** One session with a healthy program: its loads follow each other. */
export interface HealthySeries {
  readonly node: string;
  readonly mode: 'default' | 'exact' | 'no-inject';
  readonly loads: readonly HealthyLoad[];
  /** How long each load lasts at least, ms. */
  readonly lastsMs: number;
  /** False attaches to an idle program, whose load begins later. */
  readonly attachUnderLoad: boolean;
  /** Whether the program uses AsyncLocalStorage. */
  readonly hasContext: boolean;
}

/** What a report says of one load. Each block is false: the program has none. */
export interface HealthyOutcome {
  readonly load: HealthyLoad;
  /** Blocks that are blamed on code. */
  readonly blocks: readonly ReportBlock[];
  /** Blocks for want of CPU. */
  readonly starved: number;
  readonly stalls: number;
}

/** The outcomes of a series, and how far the report's wall clock is from the program's own, ms. */
export interface HealthyResult {
  readonly outcomes: readonly HealthyOutcome[];
  readonly offsetMs: number;
  /** Longest loop delay that the probe saw, ms. */
  readonly delayMaxMs: number | null;
}

interface Truth {
  readonly stretched: readonly { readonly startUs: number; readonly endUs: number }[];
  readonly wallMs: number;
  readonly atUs: number;
}

const now = (): number => Number(process.hrtime.bigint() / 1000n);
/** Of one turn of the loop and of several loads each shows something. */
const turnsPerLoad = 3;
const idleMs = 300;

/** A quarter of the CPU, however many connections there are; nothing for a saturated program. */
export const restOf = (ms: number, connections: number, isLight: boolean): number =>
  isLight ? Math.max(20, ms * connections * 4) : 0;

/** Records a healthy program under a series of loads and sorts what the report says by load. */
export async function measureHealthy(series: HealthySeries): Promise<HealthyResult> {
  const args = series.hasContext ? ['context'] : [];
  await using program = await startProgram(series.node, ['bench/targets/healthy.cjs', ...args]);
  const ports = program.ready as HealthyPorts;
  const session = (): ReturnType<typeof attach> =>
    attach({
      target: program.webSocketUrl,
      exactBoundaries: series.mode === 'exact',
      inject: series.mode !== 'no-inject',
    });
  let attached = series.attachUnderLoad ? undefined : await session();
  if (!series.attachUnderLoad) await delay(idleMs);
  const spans: (readonly [number, number])[] = [];
  for (const load of series.loads) {
    const over = new AbortController();
    const busy = keepBusy(load, ports, over.signal);
    const from = now();
    attached ??= await session();
    await delay(Math.max(series.lastsMs, turnsPerLoad * load.ms * load.connections + 4 * load.restMs));
    over.abort();
    await busy;
    spans.push([from, now()]);
  }
  const truth = JSON.parse(await fetchText(`http://127.0.0.1:${String(ports.port)}/truth`)) as Truth;
  if (attached === undefined) throw new Error('no load');
  if (!attached.ok) throw attached.error;
  const { recording } = await attached.value.stop();
  const options = { threshold: millis(50), root: process.cwd(), mappings: [], fullUrls: false };
  const report = analyzeRecording(recording, diskSources(), options);
  const origin = originOf(recording);
  const inMs = (us: number): number => (us - origin) / 1000;
  const isStretched = ({ startMs, durationMs }: ReportBlock): boolean =>
    truth.stretched.some(
      ({ startUs, endUs }) =>
        Math.min(startMs + durationMs, inMs(endUs)) - Math.max(startMs, inMs(startUs)) > durationMs / 2,
    );
  const outcomes = series.loads.map((load, index): HealthyOutcome => {
    const [from, to] = (spans[index] ?? [0, 0]).map(inMs) as [number, number];
    const isWithin = ({ startMs }: { readonly startMs: number }): boolean => startMs >= from && startMs < to;
    const own = report.blocks.filter((block) => isWithin(block) && !isStretched(block));
    const blocks = own.filter(({ parts }) => parts[0]?.cause !== 'starved');
    const stalls = (report.loop.stalls ?? []).filter(isWithin).length;
    return { load, blocks, starved: own.length - blocks.length, stalls };
  });
  const told = Date.parse(recording.startedAt ?? '') + inMs(truth.atUs);
  return { outcomes, offsetMs: told - truth.wallMs, delayMaxMs: report.loop.delayMs?.max ?? null };
}
