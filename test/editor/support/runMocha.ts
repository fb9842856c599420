import { writeFileSync } from 'node:fs';
import { inspect } from 'node:util';
import Mocha from 'mocha';

/** Longest time one test may take: a bound for what hangs, not a measurement. */
const TEST_LIMIT_MS = 90_000;

/** One test's outcome as the launcher reads it. */
interface TestResult {
  readonly title: string;
  readonly error: string | null;
}

/**
 * Runs the tests that `load` defines and leaves their results in the file named by OFFLOOP_TEST_RESULT. Rejects
 * when a test failed: the extension host then ends with a failure code.
 */
export async function runMocha(load: () => void): Promise<void> {
  const mocha = new Mocha({ ui: 'bdd', timeout: TEST_LIMIT_MS, reporter: 'min' });
  mocha.suite.emit('pre-require', globalThis, null, mocha);
  load();
  const results: TestResult[] = [];
  await new Promise<void>((resolve) => {
    const runner = mocha.run(() => {
      resolve();
    });
    runner.on('pass', (test) => results.push({ title: test.fullTitle(), error: null }));
    runner.on('fail', (test, error: unknown) => {
      results.push({ title: test.fullTitle(), error: textOf(error) });
    });
  });
  writeFileSync(resultFile(), JSON.stringify(results));
  if (results.some((result) => result.error !== null)) throw new Error('Some tests failed.');
}

function resultFile(): string {
  const file = process.env['OFFLOOP_TEST_RESULT'];
  if (file === undefined)
    throw new Error('OFFLOOP_TEST_RESULT is not set: run this through test/editor/run.mjs.');
  return file;
}

function textOf(error: unknown): string {
  if (!(error instanceof Error)) return inspect(error);
  if (!('expected' in error) || !('actual' in error)) return error.stack ?? error.message;
  const both = `expected: ${inspect(error.expected)}
actual:   ${inspect(error.actual)}`;
  return `${error.stack ?? error.message}
${both}`;
}
