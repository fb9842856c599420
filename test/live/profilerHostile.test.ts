import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocketServer, type WebSocket } from 'ws';
import { analyzeRecording } from '../../src/analysis/analyzeRecording.ts';
import { millis } from '../../src/base/units.ts';
import { attach, type AttachOptions } from '../../src/profiler/attach.ts';
import type { Capture } from '../../src/profiler/capture/capture.ts';
import { diskSources } from '../../src/sources/diskSources.ts';
import { runCli } from './cliSupport.ts';
import { nodes, startTarget, targetProgram } from './profilerTarget.ts';

/** Names of a target are cut to this, whatever they are in it. */
const longestText = 5_000;

async function attached(target: string, options: Partial<AttachOptions> = {}): Promise<Capture> {
  const session = await attach({ target, ...options });
  if (!session.ok) throw session.error;
  return session.value;
}

interface Command {
  readonly id: number;
  readonly method: string;
  readonly params: { readonly expression?: string };
}

/** What a peer answers to a command; undefined: nothing. */
type Peer = (command: Command, socket: WebSocket) => unknown;

/** A peer that speaks the inspector's protocol and lies. */
async function startPeer(peer: Peer, list?: (port: number) => string): Promise<{ readonly port: number }> {
  const server: Server = createServer((_request, response) => {
    const { port } = server.address() as AddressInfo;
    const honest = JSON.stringify([
      { type: 'node', webSocketDebuggerUrl: `ws://127.0.0.1:${String(port)}/x` },
    ]);
    response.end(list === undefined ? honest : list(port));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket) => {
    socket.on('error', () => {
      socket.terminate();
    });
    socket.on('message', (data: Buffer) => {
      const command = JSON.parse(data.toString()) as Command;
      const result = peer(command, socket);
      if (result !== undefined) socket.send(JSON.stringify({ id: command.id, result }));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets.clients) socket.terminate();
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  return { port: (server.address() as AddressInfo).port };
}

const info = {
  pid: 1,
  node: 'v24.0.0',
  argv: ['node', '</script>\n../../x'],
  execArgv: [],
  cwd: '/',
  platform: 'linux',
  builtins: true,
};

/** Beyond what systems give to processes. */
const noPid = 2 ** 30;

/** Answers like a target that can be recorded. */
const plausible: Peer = ({ method, params }) => {
  if (method !== 'Runtime.evaluate') return {};
  const { expression = '' } = params;
  if (expression.includes('memoryUsage')) return { result: { value: info } };
  return { result: { value: expression.startsWith('(() =>') ? [1, 2] : true } };
};

const frame = { functionName: 'f', scriptId: '1', url: 'file:///x.js', lineNumber: 0, columnNumber: 0 };
const profile = (nodeCount: number): unknown => ({
  nodes: [
    { id: 1, callFrame: { ...frame, functionName: '(root)', url: '' }, children: [] },
    ...Array.from({ length: nodeCount }, (_, at) => ({ id: at + 2, callFrame: frame })),
  ],
  startTime: 1,
  endTime: 2,
  samples: [1],
  timeDeltas: [1],
});

describe.each(nodes)('a target on %s that names things to mislead', (node) => {
  it('is recorded, with names cut and addresses left where they are', { timeout: 40_000 }, async () => {
    const target = await startTarget(node, [targetProgram('hostile.cjs')]);
    await target.output(/up/);
    const session = await attached(target.webSocketUrl);
    await expect
      .poll(
        async () => {
          await session.flush();
          return session.snapshot().requests;
        },
        { timeout: 20_000, interval: 300 },
      )
      .toBeGreaterThan(0);
    const { recording } = await session.stop();
    const root = '/nowhere';
    const report = analyzeRecording(recording, diskSources(), {
      threshold: millis(50),
      root,
      mappings: [],
      fullUrls: true,
    });
    expect(report.blocks.length).toBeGreaterThan(0);
    const texts: string[] = [];
    JSON.stringify([recording.target, recording.threads[0]?.marks, report], (_key, value: unknown) => {
      if (typeof value === 'string') texts.push(value);
      return value;
    });
    expect(Math.max(...texts.map((text) => text.length))).toBeLessThan(longestText);
    expect(JSON.stringify(report)).not.toContain('root:x:0');
  });
});

describe('a peer that is no honest inspector', () => {
  it.each([
    ['gives no list', () => 'null'],
    ['gives a list of nonsense', () => '[1,{"type":"node","webSocketDebuggerUrl":7},{"type":"node"}]'],
    ['gives half a list', () => '[{"type":"node","webSocketDebuggerUrl":"ws://'],
    ['never ends its list', () => `[${'"x",'.repeat(400_000)}`],
  ])('and %s is refused', { timeout: 20_000 }, async (_what, list) => {
    const { port } = await startPeer(plausible, list);
    const refused = await attach({ target: port });
    expect(refused).toMatchObject({ ok: false, error: { code: 'cannot-attach' } });
  });

  it('leads nowhere but to the address that was asked for', { timeout: 20_000 }, async () => {
    const elsewhere = await startPeer(() => {
      throw new Error('it was asked');
    });
    const { port } = await startPeer(plausible, () =>
      JSON.stringify([{ type: 'node', webSocketDebuggerUrl: `ws://127.0.0.1:${String(elsewhere.port)}/x` }]),
    );
    const session = await attached(`127.0.0.1:${String(port)}`);
    expect(session.address).toBe(`127.0.0.1:${String(port)}`);
    await session.stop();
  });

  it.each([
    ['text that is not JSON', '{"id":'],
    ['JSON that is no message', '[[[]]]'],
  ])('and sends %s is left at once', { timeout: 20_000 }, async (_what, text) => {
    const { port } = await startPeer((command, socket) => {
      if (command.method !== 'Profiler.enable') return plausible(command, socket);
      socket.send(text);
      return undefined;
    });
    const refused = await attach({ target: port });
    expect(refused).toMatchObject({ ok: false, error: { code: 'target-died' } });
  });

  it(
    'and goes away while its threads are looked for ends the command line',
    { timeout: 60_000 },
    async () => {
      const { port } = await startPeer((command, socket) => {
        if (command.method === 'NodeWorker.enable') socket.terminate();
        const asksWho = command.params.expression?.includes('memoryUsage') === true;
        return asksWho ? { result: { value: { ...info, pid: noPid } } } : plausible(command, socket);
      });
      const { code, stderr } = await runCli(['attach', `ws://127.0.0.1:${String(port)}/x`, '--json', '-']);
      expect(stderr).toContain('The process ended');
      expect(code).toBe(4);
    },
  );

  it('and floods the session fills none of its stores without end', { timeout: 60_000 }, async () => {
    let socketOf: WebSocket | undefined;
    let title = '';
    const { port } = await startPeer((command, socket) => {
      socketOf = socket;
      title = /"(offloop\.[^"\s]+ \d+)"/.exec(command.params.expression ?? '')?.[1] ?? title;
      return plausible(command, socket);
    });
    const session = await attached(`127.0.0.1:${String(port)}`);
    const send = (method: string, params: unknown): void =>
      socketOf?.send(JSON.stringify({ method, params }));
    for (let at = 0; at < 300; at++) {
      send('Profiler.consoleProfileFinished', { title, profile: profile(2_000) });
      send('Profiler.consoleProfileFinished', { title, profile: { nodes: [], samples: 'x' } });
      send('NodeWorker.attachedToWorker', {
        sessionId: String(at),
        workerInfo: { workerId: 'x'.repeat(5_000) },
      });
      send('Debugger.scriptParsed', { scriptId: String(at), url: 'x'.repeat(20_000), sourceMapURL: 'y' });
      send('x'.repeat(1_000), [at]);
    }
    // The last event is handled when a command sent after it is answered.
    await session.flush();
    const { threads } = session.snapshot();
    const kept = threads[0]?.windows.reduce((sum, window) => sum + window.nodes.length, 0) ?? 0;
    expect(kept).toBeGreaterThan(100_000);
    // 300 bytes a node, 96 MB in all.
    expect(kept * 300).toBeLessThanOrEqual(96 * 1024 * 1024);
    expect(threads.length).toBeLessThanOrEqual(65);
    expect(Math.max(...threads.map(({ id }) => id.length))).toBeLessThan(100);
    const { died } = await session.stop();
    expect(died).toBe(false);
  });
});
