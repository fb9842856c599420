import { expect, test } from 'vitest';
import { runCli } from './cliSupport.ts';

const commands = ['attach', 'run', 'list', 'analyze', 'scan', 'fix', 'compare'] as const;

/** The description of each option of a help text, by the option as written. */
function optionsIn(help: string): ReadonlyMap<string, string> {
  const lines = help.slice(help.indexOf('Options:\n')).replaceAll(/\n {10,}/g, ' ');
  return new Map(
    [...lines.matchAll(/^ {2}(-.+?) {2,}(.+)$/gm)].map(([, name = '', text = '']) => [name, text]),
  );
}

test.each(commands)(
  'the help of offloop %s says a default once, and only where it tells something',
  async (name) => {
    const { code, stdout } = await runCli([name, '--help']);
    expect(code).toBe(0);
    const options = optionsIn(stdout);
    expect([...options.keys()]).toContain('-h, --help');
    const odd = [...options].filter(([, text]) =>
      /default:[^]*default:|default: (?:false|\[|\d+\))/.test(text),
    );
    expect(odd).toEqual([]);
  },
);

test('the help says the threshold with its unit', async () => {
  const { stdout } = await runCli(['analyze', '--help']);
  expect(optionsIn(stdout).get('--threshold <time>')).toBe('shortest block that counts (default: 50ms)');
});
