import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root, startProgram } from './demoServer.ts';

interface Started {
  /** What it has written so far. */
  text(): string;
  /** Resolves when what it writes matches. */
  writes(pattern: RegExp): Promise<void>;
  readonly ended: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
}

function npmStart(): Started {
  const child = startProgram(process.execPath, [join(root, 'scripts', 'start.mjs')]);
  let text = '';
  const watchers = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      for (const watcher of [...watchers]) watcher();
    });
  }
  const ended = once(child, 'close').then(([code]) => code as number | null);
  return {
    text: () => text,
    writes: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          if (!pattern.test(text)) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        void ended.then(() => {
          reject(new Error(`It ended without writing ${String(pattern)}. It wrote: ${text}`));
        });
        look();
      }),
    ended,
    kill: (signal) => child.kill(signal),
  };
}

/** An open connection to the demo's server: it closes when the server's process is gone. */
async function connectToDemo(started: Started): Promise<Socket> {
  const port = /http:\/\/127\.0\.0\.1:(\d+)/.exec(started.text())?.[1];
  const socket = connect(Number(port), '127.0.0.1');
  socket.on('error', () => socket.destroy());
  await once(socket, 'connect');
  return socket;
}

test('npm start prints a report with fixes of the demo under load, and leaves nothing running', async () => {
  const started = npmStart();
  await started.writes(/\$ offloop attach/);
  const closed = once(await connectToDemo(started), 'close');
  expect(await started.ended).toBe(0);
  await closed;
  const text = started.text();
  expect(text).toMatch(
    /: (?:17 routes that block|16 of 17 routes that block \(\/customers needs node:sqlite, which Node has since 22\.13\)), /,
  );
  expect(text).toMatch(/^ {4}demo\/routes\/account\.js:\d+:\d+$/m);
  expect(text).toMatch(/^ {4}\+.*await readFile\(file\)/m);
  expect(text).toMatch(/^ {4}\+.*await pbkdf2Async\(password/m);
  expect(text).toMatch(/^ {4}No fix: .*constructor/m);
  expect(text).toMatch(/\d+ answered, 0 failed, \d+ dropped\n\/ping \(which does nothing\): p50 \d+ ms/);
});

test('Ctrl+C during the recording ends it and still prints the report', async () => {
  const started = npmStart();
  await started.writes(/^Recording /m);
  const closed = once(await connectToDemo(started), 'close');
  started.kill('SIGINT');
  expect(await started.ended).toBe(0);
  await closed;
  expect(started.text()).toMatch(/^recorded {2}\d/m);
});

test('When npm start is killed the demo ends by itself', async () => {
  const started = npmStart();
  await started.writes(/\$ offloop attach/);
  const closed = once(await connectToDemo(started), 'close');
  started.kill('SIGKILL');
  await closed;
  await started.ended;
});
