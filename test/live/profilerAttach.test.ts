import { describe, expect, it } from 'vitest';
import { attach, type AttachOptions } from '../../src/profiler/attach.ts';
import type { Capture } from '../../src/profiler/capture/capture.ts';
import type { CpuProfile, Recording } from '../../src/recording/recording.ts';
import { nodes, request, startTarget, targetProgram } from './profilerTarget.ts';

async function attached(target: string | number, options: Partial<AttachOptions> = {}): Promise<Capture> {
  const session = await attach({ target, ...options });
  if (!session.ok) throw session.error;
  return session.value;
}

const functionNames = (recording: Recording): readonly string[] => [
  ...new Set(recording.threads.flatMap(({ windows }) => windows).flatMap(namesSampled)),
];

function namesSampled(profile: CpuProfile): readonly string[] {
  const names = new Map(profile.nodes.map((node) => [node.id, node.callFrame.functionName]));
  const parents = new Map(
    profile.nodes.flatMap((node) => node.children.map((child) => [child, node.id] as const)),
  );
  const seen = new Set<number>();
  for (const sample of profile.samples) {
    for (let id: number | undefined = sample; id !== undefined; id = parents.get(id)) seen.add(id);
  }
  return [...seen].map((id) => names.get(id) ?? '');
}

describe.each(nodes)('attached to a server on %s', (node) => {
  it(
    'records which functions ran, the requests, the scripts and who the target is',
    { timeout: 30_000 },
    async () => {
      const target = await startTarget(node, [targetProgram('server.cjs')]);
      const [, port = ''] = await target.output(/port (\d+)/);
      const session = await attached(target.webSocketUrl);
      await request(port, '/hash?secret=1');
      await request(port, '/spin');
      await session.flush();
      for (const id of ['17', '18']) await request(port, `/user/${id}?secret=2`);
      const { recording, died, reason } = await session.stop();

      expect({ died, reason }).toEqual({ died: false, reason: null });
      expect(recording.target).toMatchObject({ pid: target.pid, title: targetProgram('server.cjs') });
      expect(functionNames(recording)).toEqual(
        expect.arrayContaining(['hashPassword', 'spin', 'pbkdf2Sync']),
      );
      const marks = recording.threads[0]?.marks ?? [];
      expect(marks.filter((mark) => mark.kind === 'request')).toEqual(
        expect.arrayContaining([expect.objectContaining({ method: 'GET', url: '/hash' })]),
      );
      expect(recording.requests).toBe(4);
      expect(recording.routes).toEqual({ 'GET /hash': 1, 'GET /spin': 1, 'GET /user/:id': 2 });
      expect(recording.threads[0]?.scripts.map((script) => script.url)).toContain(
        `file://${targetProgram('server.cjs')}`,
      );
      expect(recording.threads[0]?.windows.length).toBeGreaterThanOrEqual(2);
      expect(recording.loop?.delayMs?.max).toBeGreaterThan(0);
      await request(port, '/');
    },
  );

  it('takes the exact line of a blocking call from the blocked stack', { timeout: 30_000 }, async () => {
    const target = await startTarget(node, [targetProgram('server.cjs')]);
    const [, port = ''] = await target.output(/port (\d+)/);
    const session = await attached(target.webSocketUrl);
    for (let round = 0; round < 4; round++) await request(port, '/spin');
    const { recording } = await session.stop();
    const stacks = recording.threads[0]?.liveStacks ?? [];
    const callLines = stacks.flatMap((stack) =>
      stack.frames.filter((frame) => frame.functionName === 'spin').map((frame) => frame.lineNumber + 1),
    );
    expect(callLines.length).toBeGreaterThan(0);
    expect(callLines.every((line) => line >= 9 && line <= 14)).toBe(true);
  });
});
