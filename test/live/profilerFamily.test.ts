import { readdir, readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/report/report.ts';
import { attach } from '../../src/profiler/attach.ts';
import { cliProgram, runCli } from './cliSupport.ts';
import { nodes, request, startTarget, targetProgram } from './profilerTarget.ts';

/** Whether V8's sampler runs in a process. */
async function isSampled(pid: string): Promise<boolean> {
  const threads = await readdir(`/proc/${pid}/task`);
  const names = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/comm`, 'utf8').catch(() => '')),
  );
  return names.some((name) => name.startsWith('v8:ProfEvntProc'));
}

describe.each(nodes)('the processes that a program starts on %s', (node) => {
  it('are recorded with it and left as they were', { timeout: 60_000 }, async () => {
    const target = await startTarget(node, [targetProgram('forking.cjs')]);
    const [, pid = '', port = ''] = await target.output(/child (\d+) port (\d+)/);
    const attached = await attach({
      target: target.webSocketUrl,
      children: true,
    });
    if (!attached.ok) throw attached.error;
    const child = `process ${pid}`;
    const names = (): readonly string[] =>
      (attached.value.snapshot().threads.find(({ id }) => id === child)?.windows ?? []).flatMap(({ nodes }) =>
        nodes.map(({ callFrame }) => callFrame.functionName),
      );
    await expect.poll(names, { timeout: 20_000 }).toContain('pbkdf2Sync');
    await request(port, '/ping/17');
    const { recording } = await attached.value.stop();
    expect(recording).toMatchObject({ requests: 1, routes: { 'GET /ping/:id': 1 } });
    expect(recording.threads.map(({ id, pid: of }) => [id, of])).toEqual([
      ['main', target.pid],
      [child, Number(pid)],
    ]);
    await expect.poll(() => isSampled(pid), { timeout: 5_000 }).toBe(false);
  });

  it('are in the report of a cluster with their pids', { timeout: 60_000 }, async () => {
    const args = ['run', '--duration', '5s', '--json', '-', '--', node, cliProgram('cluster.cjs')];
    const { stdout } = await runCli(args);
    const report = JSON.parse(stdout) as Report;
    expect(new Set(report.recording.threads.map(({ pid }) => pid)).size).toBe(3);
    const finding = report.findings.find(({ callSite }) => callSite?.callee === 'pbkdf2Sync');
    expect(finding?.threads).toHaveLength(2);
    for (const thread of finding?.threads ?? []) expect(thread).toMatch(/^process \d+$/);
  });
});
