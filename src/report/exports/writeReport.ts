import type { Cause } from '../cause.ts';
import type { Report } from '../report.ts';
import { exportBlockProfile } from './exportBlockProfile.ts';
import { exportHtml } from './exportHtml.ts';
import { exportMarkdown } from './exportMarkdown.ts';
import { exportSarif } from './exportSarif.ts';
import { exportTrace } from './exportTrace.ts';

/** What writers need besides the report. */
export interface ExportContext {
  /** Absolute path that files of the report are relative to. */
  readonly root: string;
  /** Of Offloop. */
  readonly version: string;
  /** A sentence for a cause. */
  readonly causeText: (cause: Cause) => string;
}

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

type Writer = (report: Report, context: ExportContext) => string;

/** The forms of a report by the ending of their files; of two endings that fit, the longer one counts. */
const writers = {
  '.json': pretty,
  '.html': (report, { causeText }) => exportHtml(report, causeText),
  '.md': (report, { causeText }) => exportMarkdown(report, causeText),
  '.sarif': (report, { root, version }) => pretty(exportSarif(report, root, version)),
  '.trace.json': (report) => JSON.stringify(exportTrace(report)),
  '.cpuprofile': (report) => JSON.stringify(exportBlockProfile(report)),
} as const satisfies Readonly<Record<string, Writer>>;

/** The ending of a file with a form of a report. */
export type ReportEnding = keyof typeof writers;

/** All endings, that of the whole report first. */
export const reportEndings = Object.keys(writers) as readonly ReportEnding[];

/** The form that a file name asks for; that of the whole report where it names none. */
export const endingOf = (name: string): ReportEnding =>
  [...reportEndings].sort((a, b) => b.length - a.length).find((ending) => name.endsWith(ending)) ?? '.json';

/** A report in a form. */
export const writeReport = (report: Report, ending: ReportEnding, context: ExportContext): string =>
  writers[ending](report, context);
