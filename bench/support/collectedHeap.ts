import { openCdpConnection } from '../../src/profiler/protocol/cdpConnection.ts';
import { evaluate } from '../../src/profiler/protocol/evaluate.ts';

/** What a heap holds when everything that can go is gone, and what V8 reserved for it, MB. */
export interface CollectedHeap {
  readonly live: number;
  readonly reserved: number;
}

/** Collects the garbage of a target over a connection of its own and measures what is left. */
export async function collectedHeap(webSocketUrl: string): Promise<CollectedHeap> {
  const connection = await openCdpConnection(webSocketUrl);
  if (!connection.ok) throw new Error(connection.error);
  await connection.value.send('HeapProfiler.collectGarbage');
  const ask = async (what: string): Promise<number> => {
    const answer = await evaluate(connection.value, `process.memoryUsage().${what}`);
    return answer.ok ? Number(answer.value) / 1e6 : NaN;
  };
  const heap = { live: await ask('heapUsed'), reserved: await ask('heapTotal') };
  connection.value.close();
  await connection.value.closed;
  return heap;
}
