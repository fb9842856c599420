import type { Report } from '../../../report/report.ts';
import { isActive, pidOf, portOf, runKey, type Asked, type Run, type Session } from '../session.ts';
import type { SourceSnapshots } from '../sourceSnapshots.ts';
import type { SavedRun, SavedSession } from './savedSession.ts';

/** A session as it is kept. */
export function toSaved(session: Session, snapshots: SourceSnapshots): SavedSession {
  const { id, kind, title, name, root, thresholdMs, earlier, phase, message, target, runs } = session;
  return {
    ...{ version: 1, id, kind, title, name, root, thresholdMs, earlier, phase, message, target },
    pid: pidOf(session),
    port: portOf(session),
    runs: runs.map(({ key, number, report, calls }) => ({
      number,
      report,
      calls: Object.fromEntries([...calls].map(([finding, { callee }]) => [finding, callee])),
      sources: snapshots.textsOf(key),
    })),
  };
}

/**
 * A session of an earlier window, with its source texts. If it was still recording, it has ended for the given reason:
 * its recorder detached when the window closed.
 */
export async function fromSaved(
  saved: SavedSession,
  snapshots: SourceSnapshots,
  reasonOfEnd: string,
): Promise<Session> {
  const { id, kind, title, name, root, thresholdMs, earlier, message, target, pid, port } = saved;
  const wasActive = isActive(saved);
  const runs: Run[] = [];
  for (const run of saved.runs) runs.push(await runOf(run, id, snapshots));
  return {
    ...{ id, kind, title, name, root, thresholdMs, earlier, target },
    asked: askedOf(pid, port),
    address: null,
    phase: wasActive ? 'ended' : saved.phase,
    message: wasActive ? reasonOfEnd : message,
    pauseMs: null,
    status: null,
    runs,
    cleared: null,
  };
}

const askedOf = (pid: number | null, port: number | null): Asked | null =>
  pid === null ? null : { target: { kind: 'pid', pid }, pid, port };

async function runOf(
  { number, report, calls, sources }: SavedRun,
  session: number,
  snapshots: SourceSnapshots,
): Promise<Run> {
  const key = runKey({ id: session }, number);
  const changed = await snapshots.restore(key, sources);
  const known = new Set(sources.flatMap(({ sites }) => Object.keys(sites)));
  return {
    key,
    number,
    report: withStale(report, changed, known),
    calls: new Map(Object.entries(calls).map(([finding, callee]) => [finding, { callee }])),
  };
}

/** A finding whose call was changed is stale, and one whose call is there again is not; of others nothing new is known. */
function withStale(report: Report, changed: ReadonlySet<string>, known: ReadonlySet<string>): Report {
  const findings = report.findings.map((finding) =>
    known.has(finding.id) ? { ...finding, stale: changed.has(finding.id) } : finding,
  );
  return { ...report, findings };
}
