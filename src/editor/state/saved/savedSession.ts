import { err, ok, type Result } from '../../../base/result.ts';
import { schemaDefect, type JsonSchema } from '../../../base/schemaDefect.ts';
import { isCallSite, parseReport } from '../../../report/parseReport.ts';
import type { Report, ReportBlock, ReportCallSite } from '../../../report/report.ts';
import type { TargetInfo } from '../../../profiler/targets/targetInfo.ts';
import type { Session } from '../session.ts';

/** A source text that a run refers to, with the call sites in it by finding. */
export interface SavedSource {
  readonly path: string;
  readonly text: string;
  readonly sites: Readonly<Record<string, ReportCallSite>>;
}

/** One run as it is kept. */
export interface SavedRun {
  readonly number: number;
  readonly report: Report;
  /** finding id -> its callee as the source has it */
  readonly calls: Readonly<Record<string, string | null>>;
  readonly sources: readonly SavedSource[];
}

/** A session as it is kept in the storage of the extension, version 1. What only a recorder at work needs is left out. */
export interface SavedSession {
  readonly version: 1;
  readonly id: number;
  readonly kind: Session['kind'];
  readonly title: string;
  readonly name: string | null;
  readonly root: string;
  readonly thresholdMs: number;
  readonly pid: number | null;
  readonly port: number | null;
  readonly earlier: readonly number[];
  readonly phase: Session['phase'];
  readonly message: string | null;
  readonly target: TargetInfo | null;
  readonly runs: readonly SavedRun[];
}

const orNull = (type: string): JsonSchema => ({ anyOf: [{ type }, { type: 'null' }] });
const texts: JsonSchema = { type: 'array', items: { type: 'string' } };

const target: JsonSchema = {
  type: 'object',
  required: ['pid', 'node', 'argv', 'execArgv', 'cwd', 'platform', 'title', 'underDebugger'],
  properties: {
    pid: orNull('integer'),
    node: orNull('string'),
    argv: texts,
    execArgv: texts,
    cwd: orNull('string'),
    platform: orNull('string'),
    title: orNull('string'),
    underDebugger: { type: 'boolean' },
  },
};

const source: JsonSchema = {
  type: 'object',
  required: ['path', 'text', 'sites'],
  properties: { path: { type: 'string' }, text: { type: 'string' }, sites: { type: 'object' } },
};

const run: JsonSchema = {
  type: 'object',
  required: ['number', 'report', 'calls', 'sources'],
  properties: {
    number: { type: 'integer', minimum: 0 },
    calls: { type: 'object', additionalProperties: orNull('string') },
    sources: { type: 'array', items: source },
  },
};

/** Reports and call sites in it have a schema of their own. */
const schema: JsonSchema = {
  type: 'object',
  required: [
    'version',
    'id',
    'kind',
    'title',
    'name',
    'root',
    'thresholdMs',
    'pid',
    'port',
    'earlier',
    'phase',
  ].concat(['message', 'target', 'runs']),
  properties: {
    version: { const: 1 },
    id: { type: 'integer', minimum: 1 },
    kind: { enum: ['live', 'profile', 'scan'] },
    title: { type: 'string' },
    name: orNull('string'),
    root: { type: 'string', minLength: 1 },
    thresholdMs: { type: 'number', minimum: 0 },
    pid: orNull('integer'),
    port: orNull('integer'),
    earlier: { type: 'array', items: { type: 'integer' } },
    phase: { enum: ['connecting', 'recording', 'waiting', 'ended', 'failed'] },
    message: orNull('string'),
    target: { anyOf: [target, { type: 'null' }] },
    runs: { type: 'array', items: run },
  },
};

/** Reads a kept session; the error is the path of what does not fit: somebody else may have written the file. */
export function parseSaved(text: string): Result<SavedSession, string> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('$');
  }
  const defect = schemaDefect(value, schema);
  if (defect !== null) return err(defect);
  const session = value as SavedSession;
  for (const [index, { report, sources }] of session.runs.entries()) {
    const parsed = parseReport(report);
    if (!parsed.ok) return err(`$.runs[${String(index)}].report${parsed.error.slice(1)}`);
    const areSites = sources.every(({ sites }) => Object.values(sites).every(isCallSite));
    if (!areSites) return err(`$.runs[${String(index)}].sources`);
  }
  return ok(session);
}

/** Longest text of a session that is kept, in characters: reading it takes the editor some ten milliseconds. */
export const mostCharacters = 3_000_000;
/** Larger source files are kept by nobody's hand. */
const mostSourceCharacters = 400_000;
/** Blocks that are kept of a run that is too large as a whole: the longest. */
const mostBlocks = 300;

const withoutStack = ({ stack: _, ...block }: ReportBlock): ReportBlock => ({
  ...block,
  stack: [],
  parts: block.parts.map(({ findingId, cause, ms }) => ({ findingId, cause, ms })),
});

function longestBlocks({ blocks }: Report): readonly ReportBlock[] {
  const longest = [...blocks].sort((a, b) => b.durationMs - a.durationMs).slice(0, mostBlocks);
  return longest.sort((a, b) => a.startMs - b.startMs);
}

/** What is left out of a session that is too large, one step after the other: details first, findings never. */
const steps: readonly ((run: SavedRun) => SavedRun)[] = [
  (run) => ({ ...run, sources: run.sources.filter(({ text }) => text.length <= mostSourceCharacters) }),
  (run) => ({ ...run, report: { ...run.report, blocks: longestBlocks(run.report) } }),
  (run) => ({ ...run, report: { ...run.report, blocks: run.report.blocks.map(withoutStack) } }),
  (run) => ({ ...run, report: { ...run.report, blocks: [] }, sources: [] }),
];

/** A session as the text of its file, at most `mostCharacters` long; null where even its findings alone are longer. */
export function savedText(session: SavedSession): string | null {
  let { runs } = session;
  for (const step of steps) {
    runs = runs.map(step);
    const text = JSON.stringify({ ...session, runs });
    if (text.length <= mostCharacters) return text;
  }
  return null;
}
