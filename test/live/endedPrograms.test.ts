import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { nodes } from './profilerTarget.ts';
import { record } from './recorderSupport.ts';
import { startCommand } from './startCommand.ts';

/** Ends when the file that its last argument names is there. */
const untilTold = (how: string): string => `
const { existsSync } = require('node:fs');
const timer = setInterval(() => {
  if (!existsSync(process.argv.at(-1))) return;
  clearInterval(timer);
  ${how}
}, 50);
console.log('serving', process.pid);
`;

/** How a program comes to its end that nobody will start again, and that somebody may. */
const done = {
  'has nothing left to do': '',
  'exits with code 0': 'process.exit();',
  'sets the code 0 and exits': 'process.exitCode = 0; process.exit();',
} as const;
const perhapsBack = {
  'exits with another code': 'process.exit(3);',
  throws: `throw new Error('not this time');`,
} as const;

const server = `const server = require('node:http').createServer().listen(0, '127.0.0.1', () => console.log('serving', process.pid));
const { existsSync } = require('node:fs');
const timer = setInterval(() => {
  if (!existsSync(process.argv.at(-1))) return;
  clearInterval(timer);
  server.close();
}, 50);
`;

/** Records a program from its start, tells it to end, and says what the recorder tells first of its end. */
async function endOf(node: string, text: string): Promise<'ended' | 'waiting'> {
  const folder = await mkdtemp(join(tmpdir(), 'offloop-ended-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const [script, told] = [join(folder, 'job.cjs'), join(folder, 'told')];
  await writeFile(script, text);
  const command = startCommand(node, ['--inspect=127.0.0.1:0', script, told], folder);
  await command.until(() => command.count(/serving \d+/) > 0);
  const [, address = ''] = /(ws:\/\/\S+)/.exec(command.text()) ?? [];
  const { event } = record({ kind: 'address', address }, { root: folder, giveUpAfterMs: 3_600_000 });
  // By then it is known what the process serves and who watches it.
  await event('status');
  await writeFile(told, '');
  return Promise.race([
    event('ended').then(() => 'ended' as const),
    event('waiting').then(() => 'waiting' as const),
  ]);
}

describe.each(nodes)('a program without a watcher on %s', (node) => {
  it.each(Object.entries(done))('that %s is not waited for', async (_name, how) => {
    expect(await endOf(node, untilTold(how))).toBe('ended');
  });

  it.each(Object.entries(perhapsBack))('that %s may come back', async (_name, how) => {
    expect(await endOf(node, untilTold(how))).toBe('waiting');
  });

  it('that served something may come back, however it ended', async () => {
    expect(await endOf(node, server)).toBe('waiting');
  });
});
