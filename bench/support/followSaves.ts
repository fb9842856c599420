import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { recordProgram } from '../../src/profiler/recordProgram.ts';
import { announcedProcesses } from '../../src/profiler/restarts/announcedProcesses.ts';
import { launch } from '../../src/profiler/targets/launch.ts';
import type { Capture } from '../../src/profiler/capture/capture.ts';

/** What restarts the program when its file is saved. */
export type Watcher = 'node' | 'tsx' | 'nodemon';

/** A series of saves. */
export interface SaveSeries {
  readonly node: string;
  readonly watcher: Watcher;
  /** The watcher's own script; null for `node --watch`. */
  readonly script: string | null;
  readonly saves: number;
}

/** A restart that is not followed within this time counts as lost. */
const lostAfterMs = 20_000;
/** Watchers gather changes for a moment; a save right after a start would be one change with the last. */
const settleMs = 600;

const program = (save: number): string => `
// save ${String(save)}
import http from 'node:http';
const server = http.createServer((request, response) => response.end('${String(save)}'));
server.listen(0, '127.0.0.1');
`;

function commandOf({ node, watcher, script }: SaveSeries, file: string): readonly string[] {
  if (watcher === 'node') return [node, '--watch', file];
  if (watcher === 'tsx') return [node, script ?? '', 'watch', file];
  return [node, script ?? '', '--quiet', '--exec', node, file];
}

/** Saves the program again and again; answers with ms from each save to recording its new process, null for a lost one. */
export async function followSaves(series: SaveSeries): Promise<readonly (number | null)[]> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-restarts-'));
  const file = series.watcher === 'tsx' ? 'server.ts' : 'server.mjs';
  await writeFile(join(folder, file), program(0));
  const [command = '', ...args] = commandOf(series, file);
  const PATH = `${dirname(series.node)}:${process.env['PATH'] ?? ''}`;
  const started = await launch({
    command,
    args,
    cwd: folder,
    env: { ...process.env, PATH },
    stdio: 'ignore',
  });
  if (!started.ok) throw started.error;
  try {
    const waiting: ((session: Capture) => void)[] = [];
    const isRecorded = new Promise<true>((resolve) => {
      waiting.push(() => {
        resolve(true);
      });
    });
    const stop = new AbortController();
    const followed = recordProgram({
      attach: {},
      first: { target: started.value.first.webSocketUrl },
      successors: announcedProcesses(started.value),
      onCapture: (session) => waiting.shift()?.(session),
      signal: stop.signal,
    });
    await Promise.race([isRecorded, followed]);
    const times: (number | null)[] = [];
    for (let save = 1; save <= series.saves; save += 1) {
      await delay(settleMs);
      const next = new Promise<true>((resolve) => {
        waiting.splice(0, waiting.length, () => {
          resolve(true);
        });
      });
      const savedAt = performance.now();
      await writeFile(join(folder, file), program(save));
      const came = await Promise.race([next, delay(lostAfterMs, false, { ref: false })]);
      times.push(came ? performance.now() - savedAt : null);
    }
    stop.abort();
    const recorded = await followed;
    if (!recorded.ok) throw recorded.error;
    return times;
  } finally {
    started.value.kill('SIGKILL');
    await started.value.exited;
    await rm(folder, { recursive: true, force: true });
  }
}
