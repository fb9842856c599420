import { resolve } from 'node:path';
import { lineOfLandmark } from '../analysis/source/landmark.ts';
import { TextMap } from '../analysis/source/textMap.ts';
import { siteRange } from '../report/fromReport.ts';
import type { Report, ReportCallSite, ReportFinding } from '../report/report.ts';
import { OffloopError } from '../base/offloopError.ts';
import { toOneBased, type Position, type Range } from '../base/position.ts';
import { err, ok } from '../base/result.ts';
import type { Result } from '../base/result.ts';
import { fixFile } from './fix.ts';
import type { FileFixRequest, Fix } from './fix.ts';
import { contentOf } from './fixWrite.ts';
import type { PendingFile } from './fixWrite.ts';

/** How the calls of a report are to be fixed; as for one call. */
export type ReportFixOptions = Pick<
  FileFixRequest,
  'root' | 'kind' | 'accept' | 'executorTarball' | 'executorModule'
>;

/** What became of one finding: its fix, which may be a refusal, or a sentence why its call was not looked at. */
export interface ReportedFix {
  /** `file:line` as the report has it. */
  readonly place: string;
  readonly outcome: Result<Fix, string>;
}

/** The fixes of a report on top of each other, and what all files become; nothing is written yet. */
export interface ReportFix {
  readonly fixes: readonly ReportedFix[];
  readonly files: readonly PendingFile[];
}

const isFixable = ({ callSite, remedies }: ReportFinding): boolean =>
  callSite?.precision === 'call' &&
  callSite.origin === 'user' &&
  callSite.place === undefined &&
  remedies.some(({ refusal }) => refusal === null);

/**
 * Computes one fix after another for the calls of a report that have one. What needs review is computed, and taken only
 * when it is accepted. Each call is found again by the text
 * that the report has of it, never by its line alone, and followed through what earlier fixes moved.
 */
export async function fixReport(report: Report, options: ReportFixOptions): Promise<ReportFix> {
  const batch = new Batch(options);
  const fixes: ReportedFix[] = [];
  const seen = new Set<string>();
  for (const { callSite } of report.findings.filter(isFixable)) {
    if (callSite === null) continue;
    const { file, line, column, endLine, endColumn } = callSite;
    // One call may block in several ways.
    const key = [file, line, column, endLine, endColumn].join(':');
    if (seen.has(key)) continue;
    seen.add(key);
    fixes.push({ place: `${file}:${String(line)}`, outcome: await batch.fix(callSite) });
  }
  return { fixes, files: batch.files };
}

/** Fixes that see what those before them changed. */
class Batch {
  readonly #options: ReportFixOptions;
  readonly #files = new Map<string, PendingFile>();
  /** Texts by path as they were before the first fix. */
  readonly #originals = new Map<string, string>();

  constructor(options: ReportFixOptions) {
    this.#options = options;
  }

  get files(): readonly PendingFile[] {
    return [...this.#files.values()];
  }

  async fix(site: ReportCallSite): Promise<Result<Fix, string>> {
    try {
      const place = await this.#placeOf(site);
      if (!place.ok) return place;
      const { file, callee } = site;
      const end = toOneBased(endFrom(place.value, siteRange(site)));
      const at = { file, callee, ...toOneBased(place.value), end };
      const fix = await fixFile({ ...this.#options, ...at, write: false, pending: this.#files });
      const isTaken = fix.json.assumptions.length === 0 || this.#options.accept === true;
      for (const each of isTaken ? fix.files : []) this.#add(each);
      return ok(fix);
    } catch (error) {
      // One file that may not be edited stops no fix of another.
      if (error instanceof OffloopError && error.code === 'bad-input') return err(error.message);
      throw error;
    }
  }

  #add(file: PendingFile): void {
    const { before } = this.#files.get(file.path) ?? file;
    this.#files.set(file.path, { ...file, before });
  }

  /** Where the call of a report is in the text as earlier fixes left it. */
  async #placeOf(site: ReportCallSite): Promise<Result<Position, string>> {
    const path = resolve(this.#options.root, site.file);
    const original = this.#originals.get(path) ?? (await contentOf(path))?.toString('utf8');
    if (original === undefined) return err(`${site.file} does not exist any more: record again.`);
    this.#originals.set(path, original);
    const found = placeInFile(original, site);
    if (!found.ok) return found;
    const now = this.#files.get(path)?.after.toString('utf8') ?? original;
    const moved = placeAfter(original, now, found.value, site);
    return moved === null ? err('Another of these fixes changed this line: record again.') : ok(moved);
  }
}

/** Where the call of a report is in a file that may have changed since, or why it cannot be told. Zero-based. */
function placeInFile(text: string, site: ReportCallSite): Result<Position, string> {
  const call = `${site.callee ?? 'the call'} in ${site.function}`;
  // Reports of other origin may lack the text altogether.
  if (typeof site.text !== 'string')
    return err(`The report cannot distinguish ${call} from the lines around it: fix it by its place.`);
  const line = lineOfLandmark(text, site.text);
  if (line !== null) return ok({ line, column: siteRange(site).start.column });
  const message = `${site.file} changed since the report, and ${call} is not in it any more.`;
  return err(`${message} If you have fixed it, you are done; otherwise record again.`);
}

/** Where a call ends that begins at a place now; zero-based. */
const endFrom = (place: Position, { start, end }: Range): Position => ({
  line: place.line + end.line - start.line,
  column: end.line === start.line ? place.column + end.column - start.column : end.column,
});

/** Where a place went, together with the code from there to the end of its call or line; null when that changed. */
function placeAfter(before: string, after: string, place: Position, site: ReportCallSite): Position | null {
  const { start, end } = siteRange(site);
  const toLineEnd = before.split(/\r?\n/)[place.line]?.length ?? place.column;
  const column = end.line === start.line ? place.column + end.column - start.column : toLineEnd;
  const mapped = new TextMap(before, after).map({ start: place, end: { line: place.line, column } });
  return mapped === null || mapped.edited ? null : mapped.range.start;
}
