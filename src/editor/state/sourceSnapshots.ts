import { readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { siteRange } from '../../report/fromReport.ts';
import { writtenCallee } from '../../analysis/callSite/writtenCallee.ts';
import { TextMap } from '../../analysis/source/textMap.ts';
import type { Report, ReportCallSite } from '../../report/report.ts';
import type { FindingView } from './findingViews.ts';
import type { SavedSource } from './saved/savedSession.ts';
import { rangeOf } from './siteRange.ts';
import { isRunOf, type CallSource, type Session } from './session.ts';

/** A source file as it was when a run first named it. */
interface Snapshot {
  readonly text: string;
  readonly mtimeMs: number;
  /** Set once the file on disk differs from the one that the run measured. */
  hasDrifted: boolean;
  /** finding id -> its call site in `text`. */
  readonly sites: Map<string, ReportCallSite>;
  /** From `text` to what the file held when the session was restored; null where that is the same. */
  readonly toDisk: TextMap | null;
}

/** A call site together with the text in which it was found. */
export interface RecordedSite {
  readonly path: string;
  readonly text: string;
  readonly site: ReportCallSite;
  /** From `text` to what the file held when the session was restored; null where that is the same. */
  readonly toDisk: TextMap | null;
}

/**
 * The source texts that call sites of reports refer to. A process runs the code it has loaded: what a report says after
 * its files were saved again is not believed, and call sites found before stay as they were.
 */
export class SourceSnapshots {
  /** run key -> absolute path -> snapshot */
  readonly #runs = new Map<string, Map<string, Snapshot>>();

  /**
   * Reads the files that a run's report names for the first time, and notices those that were saved since.
   * @returns the calls as they are written there, by finding
   */
  async learn(key: string, root: string, report: Report): Promise<ReadonlyMap<string, CallSource>> {
    const files = this.#runs.get(key) ?? new Map<string, Snapshot>();
    this.#runs.set(key, files);
    const sites = report.findings.flatMap(({ id, callSite, stale }) =>
      callSite === null || callSite.place !== undefined || stale ? [] : [{ id, callSite }],
    );
    const paths = new Set(sites.map(({ callSite }) => resolve(root, callSite.file)));
    await Promise.all([...paths].map((path) => refresh(files, path)));
    const calls = new Map<string, CallSource>();
    for (const { id, callSite } of sites) {
      const snapshot = files.get(resolve(root, callSite.file));
      if (snapshot?.hasDrifted === false) snapshot.sites.set(id, callSite);
      const recorded = snapshot?.sites.get(id);
      const site = recorded ?? callSite;
      calls.set(id, { callee: writtenCallee({ ...site, range: siteRange(site) }, snapshot?.text) });
    }
    return calls;
  }

  /** Where a finding's call is, in which text; null when that cannot be said any more. */
  siteOf({ run, finding, session }: FindingView): RecordedSite | null {
    if (finding.callSite === null) return null;
    const path = resolve(session.root, finding.callSite.file);
    const snapshot = this.#runs.get(run.key)?.get(path);
    const site = snapshot?.sites.get(finding.id);
    return snapshot === undefined || site === undefined
      ? null
      : { path, text: snapshot.text, site, toDisk: snapshot.toDisk };
  }

  /** The texts of a run with the call sites in them, to be kept. */
  textsOf(key: string): readonly SavedSource[] {
    return [...(this.#runs.get(key) ?? [])].map(([path, { text, sites }]) => ({
      path,
      text,
      sites: Object.fromEntries(sites),
    }));
  }

  /**
   * Takes in the texts of a run of an earlier window, and looks at what became of them.
   * @returns findings whose calls were changed since: their places are no longer known
   */
  async restore(key: string, sources: readonly SavedSource[]): Promise<ReadonlySet<string>> {
    const files = new Map<string, Snapshot>();
    const changed = new Set<string>();
    this.#runs.set(key, files);
    for (const { path, text, sites } of sources) {
      const now = await readFile(path, 'utf8').catch(() => null);
      const toDisk = now === null || now === text ? null : new TextMap(text, now);
      for (const [id, site] of Object.entries(sites)) {
        const mapped = toDisk?.map(rangeOf(site));
        if (now === null || mapped === null || mapped?.edited === true) changed.add(id);
      }
      // What is gone has no place to show a finding at.
      if (now !== null)
        files.set(path, {
          text,
          mtimeMs: 0,
          hasDrifted: true,
          sites: new Map(Object.entries(sites)),
          toDisk,
        });
    }
    return changed;
  }

  /** Forgets the texts of sessions that are not among `sessions`. */
  keepOnly(sessions: readonly Session[]): void {
    for (const key of this.#runs.keys()) {
      if (!sessions.some((session) => isRunOf(session, key))) this.#runs.delete(key);
    }
  }
}

async function refresh(files: Map<string, Snapshot>, path: string): Promise<void> {
  const known = files.get(path);
  if (known?.hasDrifted === true) return;
  try {
    const { mtimeMs } = await stat(path);
    if (known?.mtimeMs === mtimeMs) return;
    const text = await readFile(path, 'utf8');
    if (known === undefined)
      files.set(path, { text, mtimeMs, hasDrifted: false, sites: new Map(), toDisk: null });
    else if (known.text !== text) known.hasDrifted = true;
  } catch {
    // A file that is gone has no place to show a finding at; the tree still names it.
    if (known !== undefined) known.hasDrifted = true;
  }
}
