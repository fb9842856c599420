import type { CpuProfile } from '../../../recording/recording.ts';
import { micros } from '../../../base/units.ts';

/**
 * A profile up to the end of the program. A process that exits waits for us to disconnect, and however late we do that, the
 * sampler goes on: in `process.reallyExit`, which never returns, or, where nothing exited by name (`isOver`), below no code.
 */
export function untilExit(profile: CpuProfile, isOver: boolean): CpuProfile {
  const idsOf = (name: string): ReadonlySet<number> =>
    new Set(
      profile.nodes
        .filter(({ callFrame: { functionName, url } }) => functionName === name && url === '')
        .map(({ id }) => id),
    );
  const exits = idsOf('reallyExit');
  const nobody = isOver ? idsOf('(program)') : new Set<number>();
  const exited = profile.samples.findIndex((id) => exits.has(id));
  const ran = profile.samples.slice(0, exited === -1 ? undefined : exited);
  const kept = ran.findLastIndex((id) => !nobody.has(id)) + 1;
  if (kept === profile.samples.length) return profile;
  const timeDeltas = profile.timeDeltas.slice(0, kept);
  // The first sample that is left out is where the last one kept ends.
  const end = profile.timeDeltas.slice(0, kept + 1).reduce((at, delta) => at + delta, profile.startTime);
  return { ...profile, samples: profile.samples.slice(0, kept), timeDeltas, endTime: micros(end) };
}
