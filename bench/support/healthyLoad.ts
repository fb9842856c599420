import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** Ports of a running `targets/healthy.cjs`. */
export interface HealthyPorts {
  readonly port: number;
  readonly sockets: number;
  readonly streams: number;
  readonly webSockets: number;
}

/** How work comes to the program: as messages of a kind over connections, or as loops of its own. */
export const healthyWays = [
  'http',
  'http-close',
  'promises',
  'sockets',
  'websockets',
  'streams',
  'timers',
  'immediates',
  'files',
] as const;
export type HealthyWay = (typeof healthyWays)[number];

/** A stretch of load: `connections` ask for work of `ms` each, one message after the other with `restMs` between. */
export interface HealthyLoad {
  readonly way: HealthyWay;
  readonly ms: number;
  readonly connections: number;
  readonly restMs: number;
}

/** One connection: sends a message and settles with its answer. */
interface Conversation {
  ask(ms: number): Promise<void>;
  close(): void;
}

/** GETs a url and gives the whole answer. */
export function fetchText(url: string, agent?: Agent): Promise<string> {
  return new Promise((resolve, reject) => {
    get(url, { agent }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        resolve(Buffer.concat(chunks).toString('utf8'));
      });
    }).on('error', reject);
  });
}

function overHttp(port: number, path: string, keepAlive: boolean): Conversation {
  const agent = new Agent({ keepAlive, maxSockets: 1 });
  return {
    ask: async (ms) => {
      await fetchText(`http://127.0.0.1:${String(port)}${path}?ms=${String(ms)}`, agent);
    },
    close: () => {
      agent.destroy();
    },
  };
}

async function overSocket(port: number): Promise<Conversation> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true });
  await once(socket, 'connect');
  return {
    ask: async (ms) => {
      const answered = once(socket, 'data');
      socket.write(String(ms));
      await answered;
    },
    close: () => {
      socket.destroy();
    },
  };
}

async function overWebSocket(port: number): Promise<Conversation> {
  const socket = new WebSocket(`ws://127.0.0.1:${String(port)}`);
  await once(socket, 'open');
  return {
    ask: async (ms) => {
      const answered = once(socket, 'message');
      socket.send(String(ms));
      await answered;
    },
    close: () => {
      socket.terminate();
    },
  };
}

async function converse(way: HealthyWay, ports: HealthyPorts): Promise<Conversation> {
  if (way === 'sockets') return overSocket(ports.sockets);
  if (way === 'streams') return overSocket(ports.streams);
  if (way === 'websockets') return overWebSocket(ports.webSockets);
  return overHttp(ports.port, way === 'promises' ? '/promises' : '/work', way !== 'http-close');
}

const ownLoops: readonly HealthyWay[] = ['timers', 'immediates', 'files'];

/** Keeps a program busy until the signal; settles when the last answer has come. */
export async function keepBusy(load: HealthyLoad, ports: HealthyPorts, signal: AbortSignal): Promise<void> {
  const { way, ms, connections, restMs } = load;
  const control = `http://127.0.0.1:${String(ports.port)}/loops`;
  if (ownLoops.includes(way)) {
    const query = `way=${way}&count=${String(connections)}&ms=${String(ms)}&rest=${String(restMs)}`;
    await fetchText(`${control}?${query}`);
    if (!signal.aborted) await once(signal, 'abort');
    await fetchText(`${control}?way=none`);
    return;
  }
  const one = async (index: number): Promise<void> => {
    const conversation = await converse(way, ports);
    await delay((restMs * index) / connections);
    while (!signal.aborted) {
      await conversation.ask(ms);
      if (restMs > 0) await delay(restMs);
    }
    conversation.close();
  };
  await Promise.all(Array.from({ length: connections }, (_, index) => one(index)));
}
