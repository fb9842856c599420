import { analyzeRecording } from '../../../src/analysis/analyzeRecording.ts';
import type { CallFrame, LiveStack } from '../../../src/recording/recording.ts';
import type { Report } from '../../../src/report/report.ts';
import { millis } from '../../../src/base/units.ts';
import { recordingOfProfile } from '../../../src/sources/readProfileFile.ts';
import { profileOf } from '../support/profileOf.ts';

/** A frame of a function that is built in. */
export const native: Partial<CallFrame> = { url: '', scriptId: '0' };
/** A frame of one of Node's own modules. */
export const node = (url: string): Partial<CallFrame> => ({
  url: `node:${url}`,
  lineNumber: 10,
  columnNumber: 0,
});

/** Zero-based place of the parenthesis after `name`'s declaration, which is where V8 says a function begins. */
export function placeOf(text: string, name: string, file: string): Partial<CallFrame> {
  const offset = new RegExp(`${name}(?: = (?:async )?(?:function ?)?)?\\(`).exec(text);
  if (offset === null) throw new Error(`no ${name} in the source`);
  const before = text.slice(0, offset.index + offset[0].length - 1).split('\n');
  return {
    url: `file:///app/${file}`,
    lineNumber: before.length - 1,
    columnNumber: before.at(-1)?.length ?? 0,
  };
}

/** A drawn profile of one file. */
export interface Case {
  readonly text: string;
  /** Stacks from the loop to the leaf, 100 ms each; names that the source declares are placed there. */
  readonly stack: string;
  readonly frames: Readonly<Record<string, Partial<CallFrame>>>;
  readonly file?: string;
  readonly live?: readonly LiveStack[];
}

/** The report of a drawn profile. */
export function analyse({ text, stack, frames, file = 'app.js', live = [] }: Case): Report {
  const stacks = stack.split(' ').map((each) => `${each} 100`);
  const profile = profileOf([...stacks, 'idle 5'], { frames });
  const recording = recordingOfProfile(profile, 'drawn');
  const threads = recording.threads.map((thread) => ({ ...thread, liveStacks: live }));
  const provider = { read: (path: string) => (path === `/app/${file}` ? { path, text } : undefined) };
  const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };
  return analyzeRecording({ ...recording, threads }, provider, options);
}

/** The heaviest finding as one line. */
export function siteOf(drawn: Case): string {
  const [finding] = analyse(drawn).findings;
  const site = finding?.callSite;
  if (finding === undefined || site == null) return 'none';
  return `${finding.cause} ${site.callee ?? '-'} ${String(site.line)}:${String(site.column)} ${site.precision}`;
}

/** A case whose caller is the function `work` of the text. */
export const inWork = (text: string, below: string, frames: Case['frames']): Case => ({
  text,
  stack: `processTimers;work;${below}`,
  frames: { processTimers: node('timers'), work: placeOf(text, 'work', 'app.js'), ...frames },
});
