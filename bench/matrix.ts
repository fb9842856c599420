// Whether every way of attaching works with every kind of program on every Node line, pairwise.
//   npm run bench -- matrix [--all --ways brk,ws]
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from './support/machine.ts';
import { attachWays, runCell, type AttachWay } from './support/matrixCell.ts';
import { programKinds, type ProgramKind } from './support/matrixPrograms.ts';
import { pairwise, type Combination } from './support/pairwise.ts';
import { watcherScript } from './support/watchers.ts';

const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false },
    ways: { type: 'string', default: attachWays.join(',') },
  },
});
const lines = ['18', '20', '22', '24', '26'];

/** Why a combination cannot exist; null when it can. */
function impossible([way = '', line = '', kind = '']: Combination): string | null {
  if (kind === 'strip-types' && Number(line) < 22) return `Node ${line} does not run TypeScript by itself`;
  if (kind === 'cluster' && way === 'brk')
    return 'the workers of a primary that waits for its debugger do not exist yet';
  return null;
}

interface NodeScript {
  obtainNode(line: string, say: (text: string) => void): Promise<string>;
}
const { obtainNode } = (await import(pathToFileURL('scripts/nodes.mjs').href)) as NodeScript;
const command = (await watcherScript('tsx')) ?? '';
const tsx = { command, loader: join(dirname(command), 'loader.mjs') };
console.log(describeMachine());
const dimensions = [attachWays, lines, programKinds];
const possible = (combination: Combination): boolean => impossible(combination) === null;
const every = attachWays.flatMap((way) =>
  lines.flatMap((line) => programKinds.map((kind) => [way, line, kind])),
);
const chosen = values.all ? every.filter(possible) : pairwise(dimensions, possible);
const cells = chosen.filter(([way = '']) => values.ways.split(',').includes(way));
let passed = 0;
for (const [way = '', line = '', kind = ''] of cells) {
  const node = await obtainNode(line, console.error);
  const wrong = await runCell({ node, way: way as AttachWay, kind: kind as ProgramKind, tsx });
  if (wrong === null) passed += 1;
  console.log(
    `${way.padEnd(10)} Node ${line}  ${kind.padEnd(12)} ${wrong === null ? 'ok' : `FAILED: ${wrong}`}`,
  );
}
const reasons = new Map(
  every.flatMap((cell) => {
    const why = impossible(cell);
    return why === null ? [] : [[why, cell]];
  }),
);
console.log(`${String(passed)} of ${String(cells.length)} cells; not applicable:`);
for (const why of reasons.keys()) console.log(`  ${why}`);
