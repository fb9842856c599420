import { describe, expect, it } from 'vitest';
import type { ThreadRecording } from '../../src/recording/recording.ts';
import { segmentBlocks } from '../../src/analysis/timeline/segmentBlocks.ts';
import { timelineOf } from '../../src/analysis/timeline/timeline.ts';
import { millis } from '../../src/base/units.ts';
import { attach, type AttachOptions } from '../../src/profiler/attach.ts';
import { openCdpConnection } from '../../src/profiler/protocol/cdpConnection.ts';
import { evaluate } from '../../src/profiler/protocol/evaluate.ts';
import type { Capture } from '../../src/profiler/capture/capture.ts';
import { ownUrl } from '../../src/profiler/capture/thread/withoutOwnFrames.ts';
import { evaluateIn, majorOf, nodes, request, startTarget, targetProgram } from './profilerTarget.ts';

async function attached(target: string, options: Partial<AttachOptions> = {}): Promise<Capture> {
  const session = await attach({ target, ...options });
  if (!session.ok) throw session.error;
  return session.value;
}

/**
 * The functions seen on a thread, by samples or on live stacks: V8 leaves out of the samples what it had inlined before
 * the profile began.
 */
const namesIn = (thread: ThreadRecording | undefined): readonly string[] => [
  ...(thread?.windows.flatMap((window) => window.nodes.map((node) => node.callFrame.functionName)) ?? []),
  ...(thread?.liveStacks?.flatMap((stack) => stack.frames.map((frame) => frame.functionName)) ?? []),
];

const sampledUrls = (thread: ThreadRecording | undefined): readonly string[] =>
  thread?.windows.flatMap((window) => {
    const samples = new Set(window.samples);
    return window.nodes.filter((node) => samples.has(node.id)).map((node) => node.callFrame.url);
  }) ?? [];

/** Settles when a window of the thread holds the function; the target runs it again and again. */
async function untilSeen(session: Capture, thread: string, name: string): Promise<void> {
  const find = (): ThreadRecording | undefined =>
    session.snapshot().threads.find((candidate) => candidate.id === thread);
  await expect
    .poll(
      async () => {
        await session.flush();
        return namesIn(find());
      },
      { timeout: 20_000, interval: 200 },
    )
    .toContain(name);
}

describe.each(nodes)('on %s', (node) => {
  it(
    'a program with its own profile, require and console is recorded like any other',
    { timeout: 30_000 },
    async () => {
      const target = await startTarget(node, [targetProgram('hijacked.cjs')]);
      await target.output(/up/);
      const session = await attached(target.webSocketUrl);
      await untilSeen(session, 'main', 'ownBlock');
      await expect
        .poll(
          async () => {
            await session.flush();
            return session.snapshot().loop?.turns;
          },
          { timeout: 20_000, interval: 200 },
        )
        .toBeGreaterThan(0);
      expect(session.snapshot().markKinds).toContain('beat');
      await session.stop();
    },
  );

  it.each([
    ['frozen intrinsics', ['--frozen-intrinsics']],
    ['code generation disallowed', ['--disallow-code-generation-from-strings']],
  ])('a program under %s is recorded with marks', { timeout: 30_000 }, async (_name, flags) => {
    const target = await startTarget(node, [...flags, targetProgram('server.cjs')]);
    const [, port = ''] = await target.output(/port (\d+)/);
    const session = await attached(target.webSocketUrl);
    await request(port, '/spin');
    const { recording } = await session.stop();
    expect(namesIn(recording.threads[0])).toContain('spin');
    expect(recording.requests).toBe(1);
  });

  it('what a terminated worker took with it is said to be missing', { timeout: 30_000 }, async () => {
    const target = await startTarget(node, [targetProgram('workers.cjs')]);
    await target.output(/up/);
    const session = await attached(target.webSocketUrl);
    await untilSeen(session, 'worker 1', 'inWorker');
    await evaluateIn(target, 'endWorker()');
    await target.output(/terminated/);
    await expect.poll(() => session.snapshot().unobservedMs).toBeGreaterThan(0);
    const { recording } = await session.stop();
    expect(recording.threads.map((thread) => thread.id)).toEqual(['main', 'worker 1']);
  });

  it('worker threads are threads of the recording', { timeout: 30_000 }, async () => {
    const target = await startTarget(node, [targetProgram('workers.cjs')]);
    await target.output(/up/);
    const session = await attached(target.webSocketUrl);
    await untilSeen(session, 'worker 1', 'inWorker');
    const { recording } = await session.stop();
    expect(recording.threads.map((thread) => thread.id)).toEqual(['main', 'worker 1']);
    expect(namesIn(recording.threads[0])).not.toContain('inWorker');
    expect(recording.threads[1]?.scripts.map((script) => script.url)).toContain(
      `file://${targetProgram('workers.cjs')}`,
    );
    expect(recording.unobservedMs).toBe(0);
    const alone = await attached(target.webSocketUrl, { workers: false });
    expect((await alone.stop()).recording.threads.map((thread) => thread.id)).toEqual(['main']);
  });

  it(
    'a program that never leaves its first callback is recorded and let go',
    { timeout: 30_000 },
    async () => {
      const target = await startTarget(node, [targetProgram('endless.cjs')]);
      await target.output(/up/);
      const session = await attached(target.webSocketUrl);
      await untilSeen(session, 'main', 'endless');
      const leaves = (): unknown[] =>
        session.snapshot().threads[0]?.liveStacks?.map(({ frames }) => frames[0]?.functionName) ?? [];
      await expect.poll(leaves, { timeout: 20_000, interval: 100 }).toContain('endless');
      const { died } = await session.stop();
      expect(died).toBe(false);
    },
  );

  it('what we run in a program is not among what it did', { timeout: 30_000 }, async () => {
    const target = await startTarget(node, [targetProgram('server.cjs')]);
    const [, port = ''] = await target.output(/port (\d+)/);
    const session = await attached(target.webSocketUrl);
    for (let round = 0; round < 5; round++) {
      await request(port, '/spin');
      await session.flush();
    }
    const { recording } = await session.stop();
    expect(sampledUrls(recording.threads[0])).toContain(`file://${targetProgram('server.cjs')}`);
    expect(sampledUrls(recording.threads[0])).not.toContain(ownUrl);
  });

  it(
    'a program without injection gets no probe; requests and turns come from trace events',
    { timeout: 30_000 },
    async () => {
      const target = await startTarget(node, [targetProgram('server.cjs')]);
      const [, port = ''] = await target.output(/port (\d+)/);
      const session = await attached(target.webSocketUrl, { inject: false });
      // As the target itself sees it.
      const traced = (): Promise<unknown> =>
        evaluateIn(target, `process.getBuiltinModule('trace_events').getEnabledCategories()`);
      expect(await traced()).toBe('node.environment,node.http');
      for (let turn = 0; turn < 3; turn++) {
        await request(port, '/spin?secret=1');
        await session.flush();
      }
      const { recording } = await session.stop();
      const [thread] = recording.threads;
      if (thread === undefined) throw new Error('nothing was recorded');
      expect(namesIn(thread)).toContain('spin');
      expect(recording).toMatchObject({ markKinds: ['request', 'beat'], loop: null, requests: 3 });
      const requests = thread.marks.filter(({ kind }) => kind === 'request');
      expect(requests).toHaveLength(3);
      expect(requests[0]).toMatchObject({ method: '', url: '/spin' });
      const { blocks } = segmentBlocks(timelineOf(thread), { marks: thread.marks }, millis(50));
      // On a busy machine there are blocks that nobody planted.
      expect(blocks.length).toBeGreaterThanOrEqual(3);
      expect(new Set(blocks.map(({ boundary }) => boundary))).toEqual(new Set(['marks']));
      expect(await traced()).toBeUndefined();
    },
  );

  it(
    'callbacks are told apart although one turn of the loop holds several',
    { timeout: 30_000 },
    async () => {
      // What V8 inlined before we came has no frame; this test tells callbacks by their names.
      const target = await startTarget(node, ['--max-inlined-bytecode-size=0', targetProgram('timers.cjs')]);
      await target.output(/up/);
      const session = await attached(target.webSocketUrl, { exactBoundaries: true });
      const blockNames = (): readonly (readonly string[])[] => {
        const [thread] = session.snapshot().threads;
        if (thread === undefined) return [];
        const timeline = timelineOf(thread);
        return segmentBlocks(timeline, { marks: thread.marks }, millis(50)).blocks.map(({ slices }) =>
          slices.flatMap(({ node: leaf }) =>
            timeline.tree.pathToRoot(leaf).map((at) => timeline.tree.frame(at).functionName),
          ),
        );
      };
      const withBoth = (): readonly (readonly string[])[] =>
        blockNames().filter((names) => names.includes('first') || names.includes('second'));
      await expect
        .poll(
          async () => {
            await session.flush();
            return withBoth().length;
          },
          { timeout: 20_000, interval: 300 },
        )
        .toBeGreaterThan(5);
      // Two timers of 60 ms each run in every turn: none of the blocks holds both.
      expect(withBoth().filter((names) => names.includes('first') && names.includes('second'))).toEqual([]);
      const { recording } = await session.stop();
      expect(recording.markKinds).toEqual(['request', 'beat', 'async']);
    },
  );

  it(
    'a program that lives on ticks goes on however often it is interrupted',
    { timeout: 60_000 },
    async () => {
      const target = await startTarget(node, [targetProgram('ticking.cjs')]);
      await target.output(/ready/);
      const session = await attached(target.webSocketUrl);
      const opened = await openCdpConnection(target.webSocketUrl);
      if (!opened.ok) throw new Error(opened.error);
      const ours = `Object.values(globalThis[Symbol.for('offloop')])[0]`;
      // One interruption in some hundreds comes while Node itself looks at its queue.
      for (let done = 0; done < 3000; done += 20) {
        const peeks = Array.from({ length: 20 }, () => evaluate(opened.value, `${ours}.peek(0)`));
        for (const peek of await Promise.all(peeks)) expect(peek).toMatchObject({ ok: true });
      }
      opened.value.close();
      await session.stop();
      await evaluateIn(target, 'tickRuns()');
      await target.output(/a tick ran/);
    },
  );

  it('functions that were inlined long ago show in deep mode', { timeout: 30_000 }, async () => {
    const target = await startTarget(node, [targetProgram('warm.cjs')]);
    await target.output(/warm/);
    const session = await attached(target.webSocketUrl, { mode: 'deep', inject: false });
    await untilSeen(session, 'main', 'warmWork');
    await session.stop();
  });

  it('async scopes are on for good where they are cheap', { timeout: 30_000 }, async () => {
    const target = await startTarget(node, [targetProgram('server.cjs')]);
    const session = await attached(target.webSocketUrl);
    await session.flush();
    const { recording } = await session.stop();
    const marks = ['request', 'beat', ...(majorOf(node) >= 24 ? ['async'] : [])];
    expect(recording.markKinds).toEqual(marks);
  });

  it(
    'a program that waits for its debugger is started and recorded from its first line',
    { timeout: 30_000 },
    async () => {
      const target = await startTarget(node, [targetProgram('server.cjs')], {
        inspect: '--inspect-brk=127.0.0.1:0',
      });
      const session = await attached(target.webSocketUrl);
      const [, port = ''] = await target.output(/port (\d+)/);
      await request(port, '/spin');
      const { recording } = await session.stop();
      expect(recording.target.title).toBe(targetProgram('server.cjs'));
      expect(namesIn(recording.threads[0])).toContain('spin');
    },
  );
});
