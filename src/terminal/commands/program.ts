import { Command, CommanderError, Help, type Option } from 'commander';
import { OffloopError } from '../../base/offloopError.ts';
import { exitCode, exitCodeOf, type ExitCode } from '../options/exitCode.ts';
import { parsePid, parsePort, parseRoot } from '../options/parseValues.ts';
import { checkOutputs, type OutputOptions } from '../output/outputs.ts';
import { withRecordOptions, type RecordOptions } from '../options/recordOptions.ts';
import { withReportOptions, type ReportOptions } from '../options/reportOptions.ts';
import type { AttachCommandOptions } from './attachCommand.ts';
import { withFixOptions, type FixCommandOptions } from '../options/fixOptions.ts';
import type { ScanOptions } from './scanCommand.ts';
import { printable } from '../text.ts';
import { UsageError } from '../options/usageError.ts';

declare const OFFLOOP_VERSION: string;

type Finish = (code: ExitCode) => void;

function addAttach(program: Command, finish: Finish): void {
  withRecordOptions(program.command('attach'))
    .description('record a running Node process and report what blocks its event loop')
    .argument('[target]', 'host:port or ws:// address of its inspector')
    .option('--port <number>', 'inspector port on this machine', parsePort)
    .option('--pid <number>', 'process id; opens its inspector if it has none', parsePid)
    .option('--yes', 'open an inspector without asking', false)
    .action(async (target: string | undefined, options: AttachCommandOptions) => {
      const { attachCommand } = await import('./attachCommand.ts');
      finish(await attachCommand(target, options));
    });
}

function addAnalyze(program: Command, finish: Finish): void {
  withReportOptions(program.command('analyze'))
    .description('report on a .cpuprofile file')
    .argument('<file>', 'a profile as "node --cpu-prof" writes it')
    .action(async (file: string, options: ReportOptions) => {
      const { analyzeCommand } = await import('./analyzeCommand.ts');
      finish(await analyzeCommand(file, options));
    });
}

function addRun(program: Command, finish: Finish): void {
  withRecordOptions(program.command('run'))
    .description('start a program, record it, and report when it ends')
    .usage('[options] -- node server.js …')
    .argument('<command...>', 'the program and its arguments, after --')
    .action(async (words: readonly string[], options: RecordOptions) => {
      const { runCommand } = await import('./runCommand.ts');
      finish(await runCommand(words, options));
    });
}

function addList(program: Command, finish: Finish): void {
  program
    .command('list')
    .description('list the Node processes that you can attach to')
    .option(
      '--json <file>',
      'write the list as JSON, each target with the address to attach to; - for standard output',
    )
    .action(async (options: { readonly json?: string }) => {
      const { listCommand } = await import('./listCommand.ts');
      finish(await listCommand(options));
    });
}

function addCompare(program: Command, finish: Finish): void {
  program
    .command('compare')
    .description('show what became of each finding between two reports')
    .argument('<before>', 'report JSON')
    .argument('<after>', 'report JSON')
    .option('--json <file>', 'write the comparison as JSON; - for standard output')
    .action(async (before: string, after: string, options: { readonly json?: string }) => {
      const { compareCommand } = await import('./compareCommand.ts');
      finish(await compareCommand(before, after, options));
    });
}

function addScan(program: Command, finish: Finish): void {
  program
    .command('scan')
    .description('find blocking calls in request handlers and async functions, without running anything')
    .argument('<path...>', 'files and folders')
    .option('--root <dir>', 'project root that file paths are relative to', parseRoot, process.cwd())
    .option('--json <file>', 'write the findings as report JSON; - for standard output')
    .option('--quiet', 'print nothing', false)
    .action(async (paths: readonly string[], options: ScanOptions) => {
      const { scanCommand } = await import('./scanCommand.ts');
      finish(await scanCommand(paths, options));
    });
}

function addFix(program: Command, finish: Finish): void {
  withFixOptions(program.command('fix'), parseRoot)
    .description('move one blocking call off the loop')
    .argument('[place]', 'file:line or file:line:column')
    .action(async (place: string | undefined, options: FixCommandOptions) => {
      const { fixCommand } = await import('./fixCommand.ts');
      finish(await fixCommand(place, options));
    });
}

/** An option in the help. A flag that is off and an empty list show no default. */
function optionDescription(option: Option): string {
  const value: unknown = option.defaultValue;
  const saysNothing = value === false || (Array.isArray(value) && value.length === 0);
  return saysNothing ? option.description : new Help().optionDescription(option);
}

/** The whole command line; each command's code is loaded when it is run. */
function program(finish: Finish): Command {
  const offloop = new Command('offloop')
    .description('Finds what blocks the event loop of a Node.js process, and moves it off the loop.')
    .version(OFFLOOP_VERSION)
    .option('--no-color', 'print without colour')
    .showHelpAfterError('(see "offloop --help")')
    .configureOutput({ writeErr: (text) => process.stderr.write(text.replace(/^error: /, 'offloop: ')) })
    .configureHelp({ optionDescription })
    .hook('preAction', (_, command) => checkOutputs(command.opts<OutputOptions>()))
    .exitOverride();
  for (const add of [addAttach, addRun, addList, addAnalyze, addScan, addFix, addCompare])
    add(offloop, finish);
  // Subcommands inherit none of this by themselves.
  for (const command of offloop.commands)
    command.copyInheritedSettings(offloop).option('--no-color', 'print without colour');
  return offloop;
}

/** Commander has already printed its message; help and version are not errors. */
function codeOfFailure(error: unknown): ExitCode {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCode.done : exitCode.usage;
  if (error instanceof UsageError) {
    process.stderr.write(`offloop: ${printable(error.message)}\n`);
    return exitCode.usage;
  }
  if (error instanceof OffloopError) {
    process.stderr.write(`offloop: ${printable(error.message)}\n`);
    return exitCodeOf(error.code);
  }
  throw error;
}

/** Runs the command line; answers with its exit code. Other errors are ours and reject. */
export async function runCli(argv: readonly string[]): Promise<ExitCode> {
  let code: ExitCode = exitCode.done;
  if (argv.includes('--no-color')) process.env['NO_COLOR'] = '1';
  try {
    await program((value) => (code = value)).parseAsync([...argv]);
    return code;
  } catch (error) {
    return codeOfFailure(error);
  }
}
