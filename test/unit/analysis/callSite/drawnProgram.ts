import { analyzeRecording } from '../../../../src/analysis/analyzeRecording.ts';
import { millis } from '../../../../src/base/units.ts';
import type { CallFrame, LiveStack, ParsedScript } from '../../../../src/recording/recording.ts';
import type { Report } from '../../../../src/report/report.ts';
import { recordingOfProfile } from '../../../../src/sources/readProfileFile.ts';
import { profileOf } from '../../support/profileOf.ts';

/** A drawn profile of a program of several files. */
export interface DrawnProgram {
  /** Path below /app -> text. */
  readonly files: Readonly<Record<string, string>>;
  /** Stacks from the loop to the leaf, each with its ms. */
  readonly stacks: readonly string[];
  readonly frames: Readonly<Record<string, Partial<CallFrame>>>;
  readonly live?: readonly LiveStack[];
  readonly scripts?: readonly ParsedScript[];
}

/** Its report. */
export function reportOf({ files, stacks, frames, live = [], scripts = [] }: DrawnProgram): Report {
  const recording = recordingOfProfile(profileOf([...stacks, 'idle 5'], { frames }), 'drawn');
  const threads = recording.threads.map((thread) => ({ ...thread, liveStacks: live, scripts }));
  const read = (path: string): { path: string; text: string } | undefined => {
    const text = files[path.replace(/^\/app\//, '')];
    return text === undefined ? undefined : { path, text };
  };
  const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };
  return analyzeRecording({ ...recording, threads }, { read }, options);
}

/** Its findings, one line each. */
export const sitesOf = (program: DrawnProgram): readonly string[] =>
  reportOf(program).findings.map(({ cause, callSite }) => {
    if (callSite === null) return cause;
    const { file, line, callee, precision, awaited, via = [], package: of } = callSite;
    return [
      `${cause} ${callee ?? '-'} ${file}:${String(line)} ${precision}`,
      ...(awaited === true ? ['awaited'] : []),
      ...via.map((each) => `via ${each.callee}:${String(each.line)}`),
      ...(of === undefined ? [] : [`of ${of.name}@${of.version ?? '?'}`]),
    ].join(' ');
  });

/** The frame of the function whose parameters begin at `at` in a file, `name(` by default. */
export function frameIn(
  files: DrawnProgram['files'],
  file: string,
  name: string,
  at = `${name}(`,
): Partial<CallFrame> {
  const text = files[file] ?? '';
  const index = text.indexOf(at);
  if (index === -1) throw new Error(`no ${at} in ${file}`);
  const before = text.slice(0, index + at.length - 1).split('\n');
  return {
    functionName: name,
    url: `file:///app/${file}`,
    lineNumber: before.length - 1,
    columnNumber: before.at(-1)?.length ?? 0,
  };
}
