import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';

const script = pathToFileURL(join(import.meta.dirname, '../../../scripts/testStep.mjs')).href;

/** What the test command counts for a step that is this program; its limit in minutes. */
function countsOf(program: string, limit = 1): unknown {
  const step = { name: 'step', limit, command: process.execPath, args: ['-e', program] };
  const code = `
    import { runStep } from ${JSON.stringify(script)};
    const { passed, failed } = await runStep(${JSON.stringify(step)}, {});
    console.log(JSON.stringify({ passed, failed }));`;
  const args = ['--input-type=module', '-e', code];
  const output = execFileSync(process.execPath, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return JSON.parse(output.trimEnd().split('\n').at(-1) ?? '');
}

describe('a step of the test command', () => {
  it('counts what its last such line says', () => {
    expect(countsOf("console.log('1 passed, 9 failed\\n… 5 passed, 0 failed\\n4 passed, 0 failed')")).toEqual(
      {
        passed: 4,
        failed: 0,
      },
    );
  });

  it('has failed when it exits with an error, whatever it printed', () => {
    expect(countsOf("console.log('4 passed, 0 failed'); process.exitCode = 1")).toEqual({
      passed: 4,
      failed: 1,
    });
  });

  it('has failed when it counts nothing', () => {
    expect(countsOf("console.log('all fine')")).toEqual({ passed: 0, failed: 1 });
  });

  it('has failed when it hangs, and what it started is gone', () => {
    const child =
      "require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' })";
    expect(countsOf(`${child}; setInterval(() => {}, 1000)`, 0.005)).toEqual({ passed: 0, failed: 1 });
  });

  it('has failed when a signal ended it', () => {
    expect(countsOf("console.log('4 passed, 0 failed'); process.kill(process.pid, 'SIGKILL')")).toEqual({
      passed: 4,
      failed: 1,
    });
  });
});
