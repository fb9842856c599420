// Memory of target and client over minutes of recording, compared with the same target without a recording.
//   npm run bench -- memory [--minutes 10 --nodes 20,24]
import { delimiter } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { attach } from '../src/profiler/attach.ts';
import { collectedHeap } from './support/collectedHeap.ts';
import { residentMegabytes } from './support/cpuTime.ts';
import { describeMachine } from './support/machine.ts';
import { startPlanted, type PlantedTarget } from './support/plantedTarget.ts';

const { values } = parseArgs({
  options: { minutes: { type: 'string', default: '10' }, nodes: { type: 'string', default: '24' } },
});

/** One block of 70 ms among twenty quick requests, about four times a second. */
async function keepAsking(target: PlantedTarget, until: number): Promise<void> {
  while (performance.now() < until) {
    await target.request('/plant?kind=hashPassword&way=request&ms=70');
    for (let quick = 0; quick < 20; quick += 1) await target.request('/quick');
    await delay(150);
  }
}

/** Resident memory changes with what is not yet collected; without that, it shows what stays. */
async function collected({ pid, webSocketUrl }: PlantedTarget): Promise<string> {
  const { live } = await collectedHeap(webSocketUrl);
  return `${residentMegabytes(pid).toFixed(1)}/${live.toFixed(1)}`;
}

async function watch(node: string, recorded: boolean): Promise<string> {
  await using target = await startPlanted(node, 'js');
  const minutes = Number(values.minutes);
  await keepAsking(target, performance.now() + 20_000);
  const before = await collected(target);
  const session = recorded ? await attach({ target: target.webSocketUrl }) : null;
  if (session?.ok === false) throw session.error;
  const figures: string[] = [];
  const until = performance.now() + minutes * 60_000;
  const asking = keepAsking(target, until);
  while (performance.now() < until) {
    const kept = session?.ok === true ? session.value.snapshot().threads[0]?.windows.length : undefined;
    figures.push(
      `${residentMegabytes(target.pid).toFixed(0)}/${(process.memoryUsage().heapUsed / 1e6).toFixed(0)}${kept === undefined ? '' : `/${String(kept)}`}`,
    );
    await delay((minutes * 60_000) / 10);
  }
  await asking;
  if (session?.ok === true) await session.value.stop();
  return `${figures.join('  ')}  collected ${before} → ${await collected(target)}`;
}

console.log(describeMachine());
console.log('every tenth of the time: resident MB of the target / heap MB of the client / windows kept');
console.log(
  'collected: resident MB / live heap MB of the target after a collection, before and after all this',
);
const wanted = values.nodes.split(',');
for (const node of (process.env['OFFLOOP_NODES'] ?? process.execPath).split(delimiter)) {
  const line = /[/\\](\d+)[/\\]/.exec(node)?.[1] ?? node;
  if (!wanted.includes(line)) continue;
  // Side by side, on the same machine at the same time.
  const [off, on] = await Promise.all([watch(node, false), watch(node, true)]);
  console.log(`Node ${line} unrecorded  ${off}\nNode ${line} recorded    ${on}`);
}
