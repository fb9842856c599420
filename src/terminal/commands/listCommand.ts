import { listTargets } from '../../profiler/targets/discover.ts';
import { renderTargets } from '../render/renderTargets.ts';
import { exitCode, type ExitCode } from '../options/exitCode.ts';
import { tableStyle } from '../output/terminalStyle.ts';
import { writeOutput, writeStdout } from '../output/writeFiles.ts';

/** `offloop list`: what could be attached to. */
export async function listCommand(options: { readonly json?: string }): Promise<ExitCode> {
  const folders = [process.cwd()];
  const targets = (await listTargets({ folders })).map((target) => ({
    ...target,
    // The path of an inspector's address is its only secret; `address` does without it and can be attached to.
    webSocketUrl: target.webSocketUrl?.replace(/(\/\/[^/]*\/).*/, '$1…redacted') ?? null,
  }));
  const json = `${JSON.stringify({ version: 1, targets }, null, 2)}\n`;
  if (options.json === '-') await writeStdout(json);
  else if (options.json !== undefined) await writeOutput(options.json, json);
  else await writeStdout(`${renderTargets(targets, folders, tableStyle(process.stdout))}\n`);
  return exitCode.done;
}
