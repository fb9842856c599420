import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { describe, expect, it, onTestFinished } from 'vitest';
import { attach, type AttachOptions } from '../../src/profiler/attach.ts';
import type { Capture } from '../../src/profiler/capture/capture.ts';
import { readNodeProcess } from '../../src/profiler/targets/processTable.ts';
import { evaluateIn, nodes, request, startTarget, targetProgram, type TestTarget } from './profilerTarget.ts';

async function attached(target: string, options: Partial<AttachOptions> = {}): Promise<Capture> {
  const session = await attach({ target, ...options });
  if (!session.ok) throw session.error;
  return session.value;
}

/** Names of the threads of a process; V8's sampler has one of its own while a profile runs. */
async function threadNames(pid: number): Promise<readonly string[]> {
  const tasks = await readdir(`/proc/${String(pid)}/task`);
  const names = tasks.map((task) =>
    readFile(`/proc/${String(pid)}/task/${task}/comm`, 'utf8').catch(() => ''),
  );
  return (await Promise.all(names)).map((name) => name.trim()).sort();
}

/** What a session may leave behind. */
const traces = (target: TestTarget): Promise<unknown> =>
  evaluateIn(
    target,
    `({ probes: Object.getOwnPropertySymbols(globalThis).filter((key) => String(key).includes('offloop')).length,
        exitListeners: process.listenerCount('exit'),
        channel: process.getBuiltinModule('diagnostics_channel').hasSubscribers('http.server.request.start') })`,
  );

/** Starts a client process of ours and waits until it records. */
async function startClient(args: readonly string[]): Promise<{ kill(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-client-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const entry = join(dirname(fileURLToPath(import.meta.url)), 'profilerPrograms', 'client.mjs');
  const outfile = join(folder, 'client.mjs');
  const banner =
    "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";
  await build({
    entryPoints: [entry],
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    outfile,
    banner: { js: banner },
    logLevel: 'error',
  });
  const child = spawn(process.execPath, [outfile, ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  onTestFinished(kill);
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  expect(said.toString()).toContain('recording, marks: true');
  return { kill };
}

const clean = { probes: 0, exitListeners: 0, channel: false };

describe.each(nodes)('a server on %s', (node) => {
  it('is as it was after 60 sessions', { timeout: 120_000 }, async () => {
    const target = await startTarget(node, [targetProgram('server.cjs')]);
    await target.output(/port (\d+)/);
    await (await attached(target.webSocketUrl)).stop();
    const before = { threads: await threadNames(target.pid), traces: await traces(target) };
    for (let round = 0; round < 60; round++) {
      const { recording, died } = await (await attached(target.webSocketUrl)).stop();
      expect(died).toBe(false);
      expect(recording.threads[0]?.windows).toHaveLength(1);
    }
    const files = await readdir(`/proc/${String(target.pid)}/fd`);
    expect({ threads: await threadNames(target.pid), traces: await traces(target) }).toEqual(before);
    expect(before.traces).toMatchObject({ probes: 0, channel: false });
    expect(files.length).toBeLessThan(60);
  });

  it(
    'runs on without profiler, probe and the inspector we opened when the client is killed',
    { timeout: 60_000 },
    async () => {
      // Side by side: both leases take their ten seconds.
      const start = async (): Promise<readonly [TestTarget, string]> => {
        const target = await startTarget(node, [targetProgram('server.cjs')]);
        const [, port = ''] = await target.output(/port (\d+)/);
        return [target, port];
      };
      const [[target, port], [opened, openedPort]] = await Promise.all([start(), start()]);
      const clients = await Promise.all([
        startClient([target.webSocketUrl]),
        startClient([opened.webSocketUrl, 'owns']),
      ]);
      expect(await threadNames(target.pid)).toContain('v8:ProfEvntProc');
      await Promise.all(clients.map((client) => client.kill()));
      await expect.poll(() => threadNames(target.pid), { timeout: 15_000 }).not.toContain('v8:ProfEvntProc');
      await expect
        .poll(() => traces(target), { timeout: 20_000, interval: 500 })
        .toMatchObject({ probes: 0, channel: false });
      await expect
        .poll(async () => (await readNodeProcess(opened.pid))?.ports, { timeout: 20_000, interval: 500 })
        .toEqual([Number(openedPort)]);
      expect(await request(port, '/')).toBe('ok');
      expect(await request(openedPort, '/')).toBe('ok');
    },
  );

  it('that is killed leaves what was recorded up to the last window', { timeout: 30_000 }, async () => {
    const target = await startTarget(node, [targetProgram('server.cjs')]);
    const [, port = ''] = await target.output(/port (\d+)/);
    const session = await attached(target.webSocketUrl);
    await request(port, '/hash');
    await session.flush();
    target.child.kill('SIGKILL');
    expect(await session.closed).toMatchObject({ died: true });
    const { recording, died } = await session.stop();
    expect(died).toBe(true);
    const names = recording.threads[0]?.windows.flatMap((window) =>
      window.nodes.map((n) => n.callFrame.functionName),
    );
    expect(names).toContain('hashPassword');
  });

  it('that never had a session shows no trace of one', { timeout: 30_000 }, async () => {
    const target = await startTarget(node, [targetProgram('server.cjs')]);
    expect(await traces(target)).toEqual(clean);
  });
});
