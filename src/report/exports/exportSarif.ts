import { pathToFileURL } from 'node:url';
import { counted, formatMs } from '../../wording/numbers/formatNumbers.ts';
import type { Report, ReportFinding } from '../report.ts';
import { loopsOf } from '../threads.ts';

/** A SARIF 2.1.0 log, as far as Offloop writes it; meant for JSON.stringify. */
export type SarifLog = Readonly<Record<string, unknown>>;

function resultOf(finding: ReportFinding, report: Report): SarifLog {
  const site = finding.callSite;
  const what = site?.callee ?? site?.function ?? finding.cause;
  const workers = loopsOf(finding, report);
  const loop = workers.length === 0 ? 'the event loop' : `the event loop of ${workers.join(' and ')}`;
  return {
    ruleId: finding.cause,
    level: 'warning',
    message: {
      text: `${what} blocked ${loop} ${counted(finding.count, 'time')}, at most ${formatMs(finding.maxMs)}.`,
    },
    partialFingerprints: { 'offloopFinding/v1': finding.id },
    locations:
      site === null
        ? []
        : [
            {
              physicalLocation: {
                artifactLocation: { uri: encodeURI(site.file), uriBaseId: 'ROOT' },
                region: {
                  startLine: site.line,
                  startColumn: site.column,
                  endLine: site.endLine,
                  endColumn: site.endColumn,
                },
              },
            },
          ],
  };
}

/** The findings of a report for code-scanning services. `root` is the absolute path that files are relative to. */
export function exportSarif(report: Report, root: string, version: string): SarifLog {
  const rules = [...new Set(report.findings.map(({ cause }) => cause))].map((id) => ({ id }));
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'Offloop', version, rules } },
        columnKind: 'utf16CodeUnits',
        originalUriBaseIds: { ROOT: { uri: `${pathToFileURL(root).href}/` } },
        results: report.findings.map((finding) => resultOf(finding, report)),
      },
    ],
  };
}
