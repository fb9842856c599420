import { readFile } from 'node:fs/promises';
import { createServer, connect } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { RealProgram, RealRequest } from './realProgram.ts';

/** When a request was under way, wall clock, ms. */
export interface RequestWindow {
  readonly id: string;
  readonly from: number;
  readonly to: number;
}

/** The ports that a program listens at. */
export interface Ports {
  readonly port: number;
  readonly port2: number;
}

const answerMs = 60_000;
const pauseMs = 250;
const now = (): number => performance.timeOrigin + performance.now();

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Two ports that are free now. */
export const freePorts = async (): Promise<Ports> => ({ port: await freePort(), port2: await freePort() });

/** Waits until a program answers. */
export async function answers(port: number, path: string): Promise<void> {
  const signal = AbortSignal.timeout(answerMs);
  for (;;) {
    try {
      const response = await fetch(`http://127.0.0.1:${String(port)}${path}`, { signal });
      await response.arrayBuffer();
      return;
    } catch (error) {
      if (signal.aborted) throw error;
      await delay(100);
    }
  }
}

/** Sends a mail by SMTP and waits until the server has accepted it. */
async function sendMail(port: number, text: string): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const lines = ['EHLO bench', 'MAIL FROM:<a@example.org>', 'RCPT TO:<b@example.org>', 'DATA'];
  const dotted = text.replace(/\r?\n/g, '\r\n').replace(/^\./gm, '..');
  const steps = [...lines.map((line) => `${line}\r\n`), `${dotted}\r\n.\r\n`, 'QUIT\r\n'];
  await new Promise<void>((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => resolve());
    socket.setEncoding('utf8');
    socket.on('data', (chunk: string) => {
      // A reply's last line has a space after its code.
      if (!/^\d{3} [^\n]*\n$/m.test(chunk)) return;
      const step = steps.shift();
      if (step === undefined) socket.end();
      else socket.write(step);
    });
  });
}

/** Answers with the status, null where there is none. `{n}` is the number of the round. */
async function sendOne(
  request: RealRequest,
  round: number,
  folder: string,
  { port, port2 }: Ports,
): Promise<number | null> {
  const numbered = (text: string): string => text.replaceAll('{n}', String(round));
  const body =
    request.bodyFile === undefined
      ? request.body === undefined
        ? undefined
        : numbered(request.body)
      : numbered(await readFile(join(folder, request.bodyFile), 'utf8'));
  if (request.mail === true) {
    await sendMail(port2, body ?? '');
    return null;
  }
  const response = await fetch(`http://127.0.0.1:${String(port)}${numbered(request.path ?? '/')}`, {
    method: request.method ?? 'GET',
    signal: AbortSignal.timeout(answerMs),
    redirect: 'manual',
    ...(body === undefined ? {} : { body }),
    headers: request.type === undefined ? {} : { 'content-type': request.type },
  });
  await response.arrayBuffer();
  return response.status;
}

/** Sends all requests of a program; answers with when, and with what went wrong. */
export async function drive(
  program: RealProgram,
  folder: string,
  ports: Ports,
): Promise<{ readonly windows: readonly RequestWindow[]; readonly wrong: readonly string[] }> {
  const windows: RequestWindow[] = [];
  const wrong = new Set<string>();
  for (const request of program.requests) {
    for (let round = 0; round < request.times; round += 1) {
      const from = now();
      if (request.seconds !== undefined) await delay(1000 * request.seconds);
      else {
        const status = await sendOne(request, round, folder, ports);
        if (status !== null && status >= 400) wrong.add(`${request.id} was answered with ${String(status)}`);
      }
      // What an answer leaves behind still belongs to its request.
      await delay(pauseMs);
      windows.push({ id: request.id, from, to: now() });
    }
  }
  return { windows, wrong: [...wrong] };
}
