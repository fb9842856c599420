import { parentPort, type MessagePort } from 'node:worker_threads';
import { findBlocks } from '../../analysis/analyzeRecording.ts';
import { toReport } from '../../report/toReport.ts';
import { OffloopError } from '../../base/offloopError.ts';
import { millis } from '../../base/units.ts';
import { programsOf, signalRisk } from '../../profiler/targets/openProgram.ts';
import { listTargets } from '../../profiler/targets/discover.ts';
import { diskSources, withUnsaved } from '../../sources/diskSources.ts';
import { addExecutor } from '../../fixes/fixDependency.ts';
import { readProjects } from '../../sources/fixProject.ts';
import { proposeFor } from '../investigate.ts';
import { scanFolders } from '../scanFolders.ts';
import { proposeAgain } from '../proposeAgain.ts';
import { planOffers } from './planOffers.ts';
import type {
  PlannerCall,
  PlannerMessage,
  PlannerReply,
  PlannerRequestName,
  PlannerRequests,
} from './plannerProtocol.ts';
import { PlannerThread } from '../plannerThread.ts';
import { readProfileFile } from '../../sources/readProfileFile.ts';

type Handlers = {
  readonly [Name in keyof PlannerRequests]: (
    request: PlannerRequests[Name]['request'],
    /** Aborts when nobody waits for the answer any more. */
    signal: AbortSignal,
  ) => PlannerRequests[Name]['answer'] | Promise<PlannerRequests[Name]['answer']>;
};

const handlers: Handlers = {
  offers: planOffers,
  profile: async ({ path, root, thresholdMs, mappings }) => {
    const recording = await readProfileFile(path);
    if (!recording.ok) throw recording.error;
    const sources = diskSources();
    const options = { threshold: millis(thresholdMs), root, mappings, fullUrls: false };
    return proposeFor(findBlocks(recording.value, sources, options), sources, root, readProjects(root))
      .report;
  },
  propose: ({ report, root }) => proposeAgain(report, diskSources(), root, readProjects(root)),
  scan: async ({ folders, root, unsaved }) => {
    const sources = withUnsaved(diskSources(), unsaved);
    const { found, files } = await scanFolders(folders, root, sources);
    return { report: toReport(found), files };
  },
  executor: ({ file, root, name, tarball }) =>
    addExecutor(file, root, { name, tarball }).files.map(({ path, after }) => ({
      path,
      contentBase64: after.toString('base64'),
    })),
  targets: ({ below }, signal) => listTargets(below === undefined ? { signal } : { signal, below }),
  signalRisk: ({ pid }, signal) => signalRisk(pid, signal),
  programs: ({ pid }) => programsOf(pid),
};

/** These only wait for others: the process answers them itself, at once, whatever its thread is busy with. */
const answeredAtOnce: ReadonlySet<PlannerRequestName> = new Set([
  'targets',
  'signalRisk',
  'programs',
  'executor',
]);

async function answer({ id, name, request }: PlannerCall, signal: AbortSignal): Promise<PlannerReply> {
  try {
    const handle = handlers[name] as (request: unknown, signal: AbortSignal) => unknown;
    return { id, ok: true, value: await handle(request, signal) };
  } catch (error) {
    const code = error instanceof OffloopError ? error.code : 'bad-input';
    return { id, ok: false, code, message: error instanceof Error ? error.message : String(error) };
  }
}

const never = new AbortController().signal;

/** The thread that plans: it is ended from outside when nobody waits for its answer any more. */
function runPlannerThread(port: MessagePort): void {
  port.on('message', (call: PlannerCall) => {
    void answer(call, never).then((reply) => {
      port.postMessage(reply);
    });
  });
}

function runPlannerHost(): void {
  const tell = (reply: PlannerReply): void => {
    if (process.connected) process.send?.(reply, () => undefined);
  };
  const thread = new PlannerThread(new URL(import.meta.url), tell);
  const atOnce = new Map<number, AbortController>();
  process.once('disconnect', () => {
    process.exit(0);
  });
  process.on('message', (received) => {
    const message = received as PlannerMessage;
    if (message.kind === 'cancel') {
      atOnce.get(message.id)?.abort();
      thread.cancel(message.id);
      return;
    }
    const { call } = message;
    if (!answeredAtOnce.has(call.name)) {
      thread.take(call);
      return;
    }
    const controller = new AbortController();
    atOnce.set(call.id, controller);
    void answer(call, controller.signal).then((reply) => {
      atOnce.delete(call.id);
      tell(reply);
    });
  });
}

/**
 * Runs the planner as a child process: answers its parent's requests and ends when the parent goes away. What takes long
 * runs in a thread of it, which loads the same module.
 */
export function runPlannerProcess(): void {
  if (parentPort === null) runPlannerHost();
  else runPlannerThread(parentPort);
}
