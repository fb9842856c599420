import type { ChildProcess } from 'node:child_process';
import { nodeModule } from '../tasks/references/builtins.ts';
import { bootstrapSource } from './bootstrapSource.ts';
import type { StartTransport } from './transport.ts';
import type { ExecutorOptions } from './types.ts';
import { isReply, Reply } from '../wire/wire.ts';

// Children that may be busy when this process ends: 'disconnect' reaches only those whose loop turns.
const children = new Set<ChildProcess>();
let cleansUp = false;

/** Starts a child process that never holds this one by itself and ends with it. */
export const startProcess: StartTransport = (setup, options, events) => {
  // Loaded at the first process: threads do without it.
  const { fork } = nodeModule('child_process') as typeof import('node:child_process');
  const child = fork('-', [JSON.stringify(setup)], {
    execArgv: [...inheritedFlags(options), '-e', bootstrapSource],
    serialization: 'advanced',
    ...(options.env === undefined ? {} : { env: options.env }),
  });
  let failure: unknown;
  let ended = false;
  const end = (exitCode: number | null, signal: string | null): void => {
    if (ended) return;
    ended = true;
    children.delete(child);
    events.ended({ exitCode, signal, error: failure });
  };
  child.on('message', (message) => {
    const reply: unknown = message;
    // A task may send messages of its own; they are nobody's here.
    if (!isReply(reply)) return;
    if (reply[0] === Reply.crashed) failure = reply[1];
    else events.message(reply);
  });
  child.on('error', (error) => {
    failure ??= error;
    // A child that never started has no exit.
    if (child.pid === undefined) end(null, null);
    else child.kill('SIGKILL');
  });
  child.on('exit', end);
  track(child);
  return {
    id: child.pid ?? -1,
    send: (request) => {
      if (child.connected) child.send(request);
    },
    kill: () => {
      child.kill('SIGKILL');
    },
    raiseAbort: () => undefined,
    utilization: () => undefined,
  };
};

function track(child: ChildProcess): void {
  child.unref();
  child.channel?.unref();
  children.add(child);
  if (cleansUp) return;
  cleansUp = true;
  process.on('exit', () => {
    for (const left of children) left.kill('SIGKILL');
  });
}

const withValue = new Set([
  '-e',
  '--eval',
  '-p',
  '--print',
  '-pe',
  '--input-type',
  '--inspect-port',
  '--test-reporter',
]);
const dropped =
  /^(?:-e|--eval|-p|--print|-pe|-i|--interactive|-c|--check|--input-type|--inspect|--inspect-brk|--inspect-wait|--inspect-port|--watch|--watch-path|--test|--test-.*|--prof|--cpu-prof.*|--heap-prof.*)(?:=.*)?$/;

// The program's own flags (loaders, conditions, permissions), less those meant for its entry or its inspector.
function inheritedFlags(options: Pick<ExecutorOptions, 'resourceLimits'>): string[] {
  const flags: string[] = [];
  for (let at = 0; at < process.execArgv.length; at++) {
    const flag = process.execArgv[at] ?? '';
    if (!dropped.test(flag)) flags.push(flag);
    else if (withValue.has(flag)) at++;
  }
  const { maxOldGenerationSizeMb, maxYoungGenerationSizeMb } = options.resourceLimits ?? {};
  if (maxOldGenerationSizeMb !== undefined)
    flags.push(`--max-old-space-size=${String(Math.ceil(maxOldGenerationSizeMb))}`);
  if (maxYoungGenerationSizeMb !== undefined)
    flags.push(`--max-semi-space-size=${String(Math.ceil(maxYoungGenerationSizeMb))}`);
  return flags;
}
