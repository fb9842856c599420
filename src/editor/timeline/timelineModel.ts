import type { ReportBlock, ReportFinding, ReportStackFrame } from '../../report/report.ts';
import { requestName } from '../../recording/requestRoute.ts';
import { stackIn } from '../../report/stackIn.ts';
import { threadsOf } from '../../report/threads.ts';
import { causeTexts } from '../../wording/causeTexts.ts';
import type { Run, Session } from '../state/session.ts';
import { plain, subjectWithoutSite } from '../view/findingText.ts';
import type { Localizer } from '../../wording/localizer.ts';
import type {
  BlockKey,
  TimelineBlock,
  TimelineData,
  TimelineDetail,
  TimelineRun,
} from './timelineProtocol.ts';

/** The loop delays of a run, in order of time. */
export type Delays = TimelineRun['delays'];

/** The name of a finding where there is no room for a sentence. */
function nameOf(finding: ReportFinding | undefined, run: Run, l10n: Localizer): string {
  if (finding === undefined) return l10n.t('Unknown code');
  const site = finding.callSite;
  if (site !== null) return plain(run.calls.get(finding.id)?.callee ?? site.callee ?? site.function);
  return subjectWithoutSite(finding.cause, l10n);
}

/** A session as the timeline draws it. */
export function timelineOf(
  session: Session,
  state: string,
  delaysOf: (run: Run) => Delays,
  l10n: Localizer,
): TimelineData {
  return {
    title: plain(session.title),
    state,
    runs: session.runs.map((run) => runOf(session, run, delaysOf(run), l10n)),
  };
}

function runOf(session: Session, run: Run, delays: Delays, l10n: Localizer): TimelineRun {
  const { report } = run;
  const threads = threadsOf(report);
  const names = new Map(report.findings.map((finding) => [finding.id, nameOf(finding, run, l10n)]));
  const indexOf = new Map(threads.map((thread, index) => [thread, index]));
  return {
    key: run.key,
    title: run.number === 0 ? l10n.t('First run') : l10n.t('After restart {0}', run.number),
    durationMs: Math.max(report.recording.durationMs, ...report.blocks.map(endOf), 1),
    thresholdMs: session.thresholdMs,
    threads: threads.map(plain),
    blocks: report.blocks.map((block) => drawn(block, names, indexOf.get(block.thread) ?? 0, l10n)),
    stalls: (report.loop.stalls ?? []).map(({ startMs, durationMs }) => ({ startMs, durationMs })),
    delays,
  };
}

const endOf = ({ startMs, durationMs }: ReportBlock): number => startMs + durationMs;

function drawn(
  block: ReportBlock,
  names: ReadonlyMap<string, string>,
  thread: number,
  l10n: Localizer,
): TimelineBlock {
  const { startMs, durationMs, parts, request } = block;
  const [first] = parts;
  const name = first === undefined ? l10n.t('Unknown code') : (names.get(first.findingId) ?? '');
  const served = request === null ? [] : [plain(requestName(request.method, request.url))];
  return {
    startMs,
    durationMs,
    thread,
    cause: first?.cause ?? 'unknown',
    label: [...served, name].join(' · '),
    findings: parts.map(({ findingId }) => findingId),
  };
}

/** The block of a session that a key names, with its run; null when it is gone. */
export function blockAt(
  session: Session,
  key: BlockKey,
): { readonly run: Run; readonly block: ReportBlock } | null {
  const run = session.runs.find((each) => each.key === key.run);
  if (run === undefined) return null;
  const thread = threadsOf(run.report)[key.thread];
  const block = run.report.blocks.find((each) => each.startMs === key.startMs && each.thread === thread);
  return block === undefined ? null : { run, block };
}

/** The stack of a part from the root to the leaf. */
export const framesOf = (block: ReportBlock, part: number): readonly ReportStackFrame[] =>
  [...stackIn(block, block.parts[part]?.findingId ?? '')].reverse();

/** The parts and stacks of a block; null when it is gone. */
export function detailOf(
  session: Session,
  key: BlockKey,
  opens: (frame: ReportStackFrame) => boolean,
  l10n: Localizer,
): TimelineDetail | null {
  const found = blockAt(session, key);
  if (found === null) return null;
  const { run, block } = found;
  const findings = new Map(run.report.findings.map((finding) => [finding.id, finding]));
  return {
    ...key,
    parts: block.parts.map(({ findingId, cause, ms }, index) => ({
      cause,
      causeText: l10n.t(causeTexts[cause]),
      label: nameOf(findings.get(findingId), run, l10n),
      ms,
      frames: framesOf(block, index).map((frame) => ({
        name: plain(frame.function === '' ? l10n.t('(anonymous)') : frame.function),
        place: frame.file === '' ? '' : `${plain(frame.file)}:${String(frame.line)}`,
        kind: frame.kind,
        opens: opens(frame),
      })),
    })),
  };
}
