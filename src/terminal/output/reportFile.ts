import type { Report } from '../../report/report.ts';
import { readReport } from '../../sources/checked/readReport.ts';

/** Reads a report file that was named on the command line. Throws an OffloopError that says what is wrong with it, and what to do. */
export const reportFile = (path: string): Promise<Report> =>
  readReport(path, `Write one with "offloop attach … --json ${path}".`);
