import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { openCdpConnection } from '../protocol/cdpConnection.ts';
import { movedPorts } from './commandLine.ts';
import { askInspector } from './discover.ts';
import { evaluate } from '../protocol/evaluate.ts';
import { readNodeProcess } from './processTable.ts';

/** A program that is blocked for longer than this keeps its inspector where it is: it takes three turns of its loop. ms. */
export const moveWithinMs = 12_000;
/** Closing and opening take a few ms; a busy machine needs more. */
const settledWithinMs = 1_000;
const askEveryMs = 25;
/** How often the target looks whether we are gone, and how long it leaves between closing and opening. ms. */
const lookEveryMs = 20;
const reopenAfterMs = 20;

/**
 * Closes the inspector once nobody is connected to it, ourselves included, and opens it on another port a turn later: to close
 * it below a connection can bring the process down. A list of connections may miss one, so three have to agree. When it is too
 * late, the inspector stays where it is. A later signal opens one where it was. The timer is set from a microtask: what we
 * interrupt may be Node in the middle of its own timers.
 */
const moveTo = (port: number, until: number): string => `(() => {
  const need = process.getBuiltinModule ?? require;
  const inspector = need('inspector');
  const { setInterval, clearInterval, setTimeout } = need('timers');
  const url = inspector.url();
  const before = process.debugPort;
  const old = ':' + Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');
  let looks = 0;
  const taken = () => {
    try {
      return need('fs').readFileSync('/proc/self/net/tcp', 'latin1').split('\\n').map((line) => line.trim().split(/ +/))
        .some((cells) => cells[1] && cells[1].endsWith(old) && cells[3] === '01');
    } catch { return looks < 25; }
  };
  Promise.resolve().then(() => {
    const timer = setInterval(() => {
      const isOurs = inspector.url() === url && Date.now() < ${String(until)};
      looks++;
      if (isOurs && (taken() || taken() || taken())) return;
      clearInterval(timer);
      if (!isOurs) return;
      inspector.close();
      setTimeout(() => {
        for (const each of [${String(port)}, before, 0]) {
          try { inspector.open(each, '127.0.0.1'); break; } catch {}
        }
        process.debugPort = before;
      }, ${String(reopenAfterMs)});
    }, ${String(lookEveryMs)});
  });
  return true;
})()`;

/**
 * Moves an inspector that we opened from the port that all programs share to a free one, so that the next program can open
 * its own; or to the port that is named. Answers with the address where it is now: the old one where the program was blocked
 * for too long, or ended.
 */
export async function moveInspector(
  pid: number,
  webSocketUrl: string,
  signal?: AbortSignal,
  to?: number,
): Promise<string> {
  const port = to ?? (await freePort());
  if (port === 0) return webSocketUrl;
  const connection = await openCdpConnection(webSocketUrl, signal);
  if (!connection.ok) return webSocketUrl;
  const until = Date.now() + moveWithinMs;
  const options = { timeoutMs: moveWithinMs };
  // Each answer may take as long as a block: one question only. Without getBuiltinModule, it is answered by the command line's require.
  await evaluate(connection.value, moveTo(port, until), { ...options, commandLineApi: true });
  connection.value.close();
  await connection.value.closed;
  const moved = await findAt(pid, port, until + settledWithinMs, signal);
  return moved ?? webSocketUrl;
}

/** The inspector's address once it answers on a port; null when it did not move in time, or its process ended. */
async function findAt(
  pid: number,
  port: number,
  deadline: number,
  signal: AbortSignal | undefined,
): Promise<string | null> {
  while (Date.now() < deadline && signal?.aborted !== true) {
    const found = (await isFree(port)) ? null : await askInspector(port, signal);
    if (found !== null) return found.webSocketUrl;
    if ((await readNodeProcess(pid)) === null) return null;
    await delay(askEveryMs);
  }
  return null;
}

/** A port of the range for moved inspectors that nobody listens on now; 0 where all are taken. */
async function freePort(): Promise<number> {
  const { first, last } = movedPorts;
  // Several programs may be opened at once: they begin at different places.
  const offset = Math.floor(Math.random() * (last - first + 1));
  for (let step = 0; step <= last - first; step++) {
    const port = first + ((offset + step) % (last - first + 1));
    if (await isFree(port)) return port;
  }
  return 0;
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => {
      resolve(false);
    });
    server.listen(port, '127.0.0.1', () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
