// Whether a session follows its program through restarts, and how long it takes from the save until it records again.
//   npm run bench -- restarts [--restarts 50 --nodes 20,24 --watchers node,tsx,nodemon]
import { delimiter } from 'node:path';
import { parseArgs } from 'node:util';
import { describeMachine } from './support/machine.ts';
import { followSaves, type Watcher } from './support/followSaves.ts';
import { median, quantile } from './support/statistics.ts';
import { watcherScript } from './support/watchers.ts';

const { values } = parseArgs({
  options: {
    restarts: { type: 'string', default: '50' },
    nodes: { type: 'string', default: '20,24' },
    watchers: { type: 'string', default: 'node,tsx,nodemon' },
  },
});

console.log(describeMachine());
console.log('node watcher   followed   save → recording again: median, 95th percentile, longest');
const wanted = values.nodes.split(',');
for (const node of (process.env['OFFLOOP_NODES'] ?? process.execPath).split(delimiter)) {
  const line = /[/\\](\d+)[/\\]/.exec(node)?.[1] ?? node;
  if (!wanted.includes(line)) continue;
  for (const watcher of values.watchers.split(',') as Watcher[]) {
    const script = await watcherScript(watcher);
    const times = await followSaves({ node, watcher, script, saves: Number(values.restarts) });
    const followed = times.filter((time) => time !== null);
    const seconds = (ms: number | null): string => (ms === null ? '-' : `${(ms / 1000).toFixed(2)} s`);
    console.log(
      `${line.padEnd(4)} ${watcher.padEnd(9)} ${String(followed.length).padStart(4)} of ${String(times.length)}   ${seconds(median(followed))}, ${seconds(quantile(followed, 0.95))}, ${seconds(Math.max(...followed))}`,
    );
  }
}
