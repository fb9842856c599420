import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseCpuProfile } from '../../src/recording/parseCpuProfile.ts';
import type { CpuProfile } from '../../src/recording/recording.ts';
import { openCdpConnection } from '../../src/profiler/protocol/cdpConnection.ts';
import { drive, planOf, type Cell } from './accuracyCell.ts';
import { toleranceMs, thresholdMs } from './compareBlocks.ts';
import { expectations, placeOf } from './expectations.ts';
import { startPlanted, type PlantedTarget, type Stretch } from './plantedTarget.ts';

/** What else is used to find blocks: two packages that run inside the target, and a CPU profile read by hand. */
export const peers = ['blocked-at', 'native-stacktrace', 'cpuprofile'] as const;
export type Peer = (typeof peers)[number];

/** What a peer made of one planted block; null where it does not say such a thing at all. */
export interface PeerVerdict {
  readonly truthMs: number;
  readonly found: boolean | null;
  readonly reportedMs: number | null;
  /** The function of the planted call is named: anywhere in the stack, or in the first rows of the profile's table. */
  readonly functionRight: boolean;
  /** So is its line; null for kinds without a single call. */
  readonly lineRight: boolean | null;
}

interface Finding {
  readonly atUs: number;
  readonly ms: number | null;
  readonly frames: readonly { readonly function: string; readonly line: number }[];
}

const preloads: Readonly<Partial<Record<Peer, string>>> = {
  'blocked-at': 'peerBlockedAt.cjs',
  'native-stacktrace': 'peerNativeStacktrace.cjs',
};
/** µs: an end is reported a little after it happened. */
const lateUs = 10_000;

/** Runs the plan of a cell beside a peer in place of a session, and holds what it says against the target's record. */
export async function measurePeer(cell: Cell, peer: Peer): Promise<readonly PeerVerdict[]> {
  const preload = preloads[peer];
  await using target = await startPlanted(
    cell.node,
    cell.language,
    preload === undefined ? undefined : resolve('bench', 'targets', preload),
  );
  const plan = planOf(target.kinds, cell.blocks, cell.seed);
  if (preload === undefined) {
    const profile = await profileOf(target, () => drive(target, plan, cell));
    const table = bySelfTime(profile, target.kinds.length);
    return planted(await target.truth()).map((stretch) => inTable(target, stretch, table));
  }
  await drive(target, plan, cell);
  const stretches = planted(await target.truth());
  const text = await readFile(target.peerLog, 'utf8').catch(() => '');
  const findings = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Finding);
  return stretches.map((stretch) => inFindings(target, stretch, findings));
}

const planted = (truth: readonly Stretch[]): readonly Stretch[] =>
  truth.filter(
    ({ kind, startUs, endUs }) => kind !== null && endUs - startUs >= (thresholdMs + toleranceMs) * 1000,
  );

function inFindings(target: PlantedTarget, stretch: Stretch, findings: readonly Finding[]): PeerVerdict {
  const { function: name, line } = expected(target, stretch);
  const found = findings.find(({ atUs }) => atUs > stretch.startUs && atUs <= stretch.endUs + lateUs);
  const own = found?.frames.filter((frame) => frame.function.split('.').at(-1) === name) ?? [];
  return {
    truthMs: (stretch.endUs - stretch.startUs) / 1000,
    found: found !== undefined,
    reportedMs: found?.ms ?? null,
    functionRight: own.length > 0,
    lineRight: line === null ? null : own.some((frame) => frame.line === line),
  };
}

function inTable(target: PlantedTarget, stretch: Stretch, table: ReadonlySet<string>): PeerVerdict {
  return {
    truthMs: (stretch.endUs - stretch.startUs) / 1000,
    found: null,
    reportedMs: null,
    functionRight: table.has(expected(target, stretch).function),
    lineRight: null,
  };
}

function expected(
  target: PlantedTarget,
  { kind }: Stretch,
): { readonly function: string; readonly line: number | null } {
  const expectation = expectations[kind ?? ''];
  if (expectation === undefined) throw new Error(`nothing is expected of ${String(kind)}`);
  return { function: expectation.function, line: placeOf(target.source, expectation)?.line ?? null };
}

/** A profile of the whole run at V8's own rate. */
async function profileOf(target: PlantedTarget, run: () => Promise<void>): Promise<CpuProfile> {
  const connected = await openCdpConnection(target.webSocketUrl);
  if (!connected.ok) throw new Error(connected.error);
  const connection = connected.value;
  try {
    await connection.send('Profiler.enable');
    await connection.send('Profiler.start');
    await run();
    const stopped = await connection.send('Profiler.stop');
    if (!stopped.ok) throw new Error(`the profile could not be fetched: ${stopped.error.kind}`);
    const parsed = parseCpuProfile((stopped.value as { readonly profile: unknown }).profile);
    if (!parsed.ok) throw new Error(parsed.error.reason);
    return parsed.value;
  } finally {
    connection.close();
  }
}

/** The functions that a viewer would list first, as many as there are kinds of blocks. */
function bySelfTime({ nodes, samples, timeDeltas }: CpuProfile, rows: number): ReadonlySet<string> {
  const functions = new Map(nodes.map(({ id, callFrame }) => [id, callFrame]));
  const self = new Map<string, { readonly name: string; us: number }>();
  samples.forEach((id, at) => {
    const frame = functions.get(id);
    if (frame === undefined || ['(idle)', '(root)'].includes(frame.functionName)) return;
    const key = join(frame.url, `${String(frame.lineNumber)}:${frame.functionName}`);
    const row = self.get(key) ?? { name: frame.functionName, us: 0 };
    row.us += timeDeltas[at] ?? 0;
    self.set(key, row);
  });
  const sorted = [...self.values()].sort((a, b) => b.us - a.us);
  return new Set(sorted.slice(0, rows).map(({ name }) => name));
}
