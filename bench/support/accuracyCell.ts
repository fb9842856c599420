import { setTimeout as delay } from 'node:timers/promises';
import { analyzeRecording } from '../../src/analysis/analyzeRecording.ts';
import { millis } from '../../src/base/units.ts';
import { attach } from '../../src/profiler/attach.ts';
import { diskSources } from '../../src/sources/diskSources.ts';
import { compareBlocks, originOf, type Comparison } from './compareBlocks.ts';
import { startPlanted, type PlantedTarget } from './plantedTarget.ts';
import { seeded } from './statistics.ts';

/** One combination that is measured. */
export interface Cell {
  readonly node: string;
  readonly load: 'light' | 'saturated';
  readonly mode: 'default' | 'exact' | 'no-inject';
  readonly language: 'js' | 'ts';
  /** How many blocks longer than the threshold are planted. */
  readonly blocks: number;
  readonly seed: number;
}

const ways = ['request', 'timer', 'immediate', 'promise', 'file', 'await'] as const;
/** One plant in so many is too short to be a block, ms. */
const shortEvery = 3;
const shortMs = [4, 35] as const;
const longMs = [65, 150] as const;
const connections = 8;

interface Plant {
  readonly kind: string;
  readonly way: string;
  readonly ms: number;
}

/** The plan of a run: every kind in turn, in every way, with lengths drawn from the seed. */
export function planOf(kinds: readonly string[], blocks: number, seed: number): readonly Plant[] {
  const random = seeded(seed);
  const plan: Plant[] = [];
  const between = ([from, to]: readonly [number, number]): number =>
    Math.round(from + random() * (to - from));
  for (let long = 0; long < blocks; long += 1) {
    const kind = kinds[long % kinds.length] ?? '';
    const way = ways[(long + Math.floor(long / kinds.length)) % ways.length] ?? 'request';
    plan.push({ kind, way, ms: between(longMs) });
    if (long % shortEvery === 0) {
      const other = kinds[Math.floor(random() * kinds.length)] ?? '';
      plan.push({
        kind: other,
        way: ways[Math.floor(random() * ways.length)] ?? 'request',
        ms: between(shortMs),
      });
    }
  }
  return plan;
}

const pathOf = ({ kind, way, ms }: Plant): string => `/plant?kind=${kind}&way=${way}&ms=${String(ms)}`;

/** Asks a target for every block of a plan, one by one or over several connections. */
export async function drive(target: PlantedTarget, plan: readonly Plant[], cell: Cell): Promise<void> {
  const random = seeded(cell.seed + 1);
  if (cell.load === 'light') {
    for (const plant of plan) {
      await target.request(pathOf(plant));
      await target.request('/quick');
      await delay(20 + random() * 40);
    }
    return;
  }
  const waiting = [...plan];
  const connection = async (): Promise<void> => {
    for (let plant = waiting.shift(); plant !== undefined; plant = waiting.shift())
      await target.request(pathOf(plant));
  };
  await Promise.all(Array.from({ length: connections }, connection));
}

/** Records a run of the target and holds the report against its own record; `offsetMs`: the report's wall clock less the target's. */
export async function measureCell(cell: Cell): Promise<Comparison & { readonly offsetMs: number }> {
  await using target = await startPlanted(cell.node, cell.language);
  const attached = await attach({
    target: target.webSocketUrl,
    exactBoundaries: cell.mode === 'exact',
    inject: cell.mode !== 'no-inject',
  });
  if (!attached.ok) throw attached.error;
  await drive(target, planOf(target.kinds, cell.blocks, cell.seed), cell);
  const { recording } = await attached.value.stop();
  const report = analyzeRecording(recording, diskSources(), {
    threshold: millis(50),
    root: target.folder,
    mappings: [],
    fullUrls: false,
  });
  const clock = JSON.parse(await target.request('/clock')) as {
    readonly wallMs: number;
    readonly atUs: number;
  };
  const told = Date.parse(recording.startedAt ?? '') + (clock.atUs - originOf(recording)) / 1000;
  const comparison = compareBlocks(target, await target.truth(), recording, report);
  return { ...comparison, offsetMs: told - clock.wallMs };
}
