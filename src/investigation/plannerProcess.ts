import { resolve } from 'node:path';
import { analyzeRecording } from '../analysis/analyzeRecording.ts';
import { FindingTable } from '../analysis/findings/findingTable.ts';
import { relativeTo } from '../analysis/findings/relativePath.ts';
import { planRemedies } from '../analysis/remedies/planRemedies.ts';
import type { RemedyOffer } from '../analysis/remedies/remedyOffer.ts';
import { scanSource } from '../analysis/scan/scanSource.ts';
import { OffloopError } from '../base/offloopError.ts';
import { millis } from '../base/units.ts';
import { listTargets } from '../profiler/discover.ts';
import { diskSources } from '../sources/diskSources.ts';
import { emptyReport } from './emptyReport.ts';
import { addExecutor } from './fixDependency.ts';
import { readProject } from './fixProject.ts';
import { proposeFor } from './investigate.ts';
import type { PlannedRemedy, PlannerCall, PlannerReply, PlannerRequests } from './plannerProtocol.ts';
import { readProfileFile } from './readProfileFile.ts';

function plannedRemedy({ kind, title, outcome }: RemedyOffer): PlannedRemedy {
  if (!outcome.ok) return { kind, title, plan: null, refusal: outcome.error };
  const { edits, needsExecutor, asyncSpread, assumptions, warnings } = outcome.value;
  const plan = { edits, needsExecutor, asyncSpread, assumptions, warnings };
  return { kind, title, plan, refusal: null };
}

type Handlers = {
  readonly [Name in keyof PlannerRequests]: (
    request: PlannerRequests[Name]['request'],
  ) => PlannerRequests[Name]['answer'] | Promise<PlannerRequests[Name]['answer']>;
};

const handlers: Handlers = {
  offers: ({ path, text, line, column, callee, executorModule, root, unsaved }) => {
    const texts = new Map([...unsaved, { path, text }].map((each) => [each.path, each.text]));
    return planRemedies(
      { path, text },
      { path, position: { line, column }, callee, kind: null, executorModule },
      readProject(root, path, texts),
    ).map(plannedRemedy);
  },
  profile: async ({ path, root, thresholdMs, mappings }) => {
    const recording = await readProfileFile(path);
    if (!recording.ok) throw recording.error;
    const sources = diskSources();
    const options = { threshold: millis(thresholdMs), root, mappings, fullUrls: false };
    return proposeFor(analyzeRecording(recording.value, sources, options), sources, root).report;
  },
  scan: ({ path, text, root }) => {
    const table = new FindingTable((site) => relativeTo(root, site.path));
    for (const { site, cause } of scanSource({ path: resolve(path), text }, diskSources()))
      table.addUnmeasured(site, cause);
    return emptyReport(table.report());
  },
  executor: async ({ file, root, name, tarball }) => {
    const { files, warnings } = await addExecutor(file, root, { name, tarball });
    return {
      files: files.map(({ path, before, after }) => ({
        path,
        exists: before !== null,
        contentBase64: after.toString('base64'),
      })),
      warnings,
    };
  },
  targets: ({ below }) => listTargets(below === undefined ? {} : { below }),
};

async function answer({ id, name, request }: PlannerCall): Promise<PlannerReply> {
  try {
    const handle = handlers[name] as (request: unknown) => unknown;
    return { id, ok: true, value: await handle(request) };
  } catch (error) {
    const code = error instanceof OffloopError ? error.code : 'bad-input';
    return { id, ok: false, code, message: error instanceof Error ? error.message : String(error) };
  }
}

/** Runs the planner as a child process: answers its parent's requests and ends when the parent goes away. */
export function runPlannerProcess(): void {
  process.once('disconnect', () => {
    process.exit(0);
  });
  process.on('message', (message) => {
    void answer(message as PlannerCall).then((reply) => {
      if (process.connected) process.send?.(reply, () => undefined);
    });
  });
}
