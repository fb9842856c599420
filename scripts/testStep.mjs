import { spawn } from 'node:child_process';

/** A step that says nothing for so long gets a sign of life, so that nobody takes it for dead. */
const heartbeatMs = 60_000;
/** What a step that ran out of time gets to clean up after itself. */
const graceMs = 5_000;

/** Counts by the last line that says `N passed, N failed`; a run that says nothing, or fails in silence, failed once. */
function countedBy(output, code) {
  const last = [...output.matchAll(/^(\d+) passed, (\d+) failed\s*$/gm)].at(-1);
  const passed = Number(last?.[1] ?? 0);
  const failed = Number(last?.[2] ?? 1);
  return { passed, failed: code === 0 ? failed : Math.max(failed, 1) };
}

/** Ends a step and everything it started. */
function stop(child) {
  if (child.pid === undefined) return;
  const signal = (name) => {
    try {
      process.kill(-child.pid, name);
    } catch (error) {
      if (error.code !== 'ESRCH') throw error;
    }
  };
  signal('SIGTERM');
  setTimeout(() => signal('SIGKILL'), graceMs).unref();
}

/** Runs a command in a process group of its own and passes its output on. */
function execute({ name, command, args, limit }, options) {
  return new Promise((resolve) => {
    const child = spawn(command, args, { ...options, detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    const started = Date.now();
    let output = '';
    let heardAt = started;
    const pass = (chunk, stream) => {
      heardAt = Date.now();
      output += String(chunk);
      stream.write(chunk);
    };
    child.stdout.on('data', (chunk) => pass(chunk, process.stdout));
    child.stderr.on('data', (chunk) => pass(chunk, process.stderr));
    const heartbeat = setInterval(() => {
      if (Date.now() - heardAt < heartbeatMs) return;
      heardAt = Date.now();
      console.log(`… ${name} has been running for ${Math.round((Date.now() - started) / 1000)} s`);
    }, heartbeatMs / 4);
    const timeout = setTimeout(
      () => {
        console.log(`${name}: stopped after its limit of ${limit.toFixed(1)} minutes`);
        stop(child);
      },
      Math.max(0, limit) * 60_000,
    );
    let interrupted = false;
    const interrupt = () => {
      interrupted = true;
      stop(child);
    };
    process.once('SIGINT', interrupt);
    process.once('SIGTERM', interrupt);
    const end = (code) => {
      clearInterval(heartbeat);
      clearTimeout(timeout);
      process.off('SIGINT', interrupt);
      process.off('SIGTERM', interrupt);
      // What a step leaves running would disturb the next one.
      stop(child);
      resolve({ code, output, interrupted });
    };
    child.once('error', (error) => {
      console.error(`${name}: ${error.message}`);
      end(1);
    });
    child.once('close', end);
  });
}

/** Runs one step of the tests; says how long it took and how many tests passed and failed. */
export async function runStep(step, options) {
  console.log(`\n── ${step.name} ${'─'.repeat(Math.max(0, 70 - step.name.length))}`);
  const started = performance.now();
  const ended = await execute(step, options);
  const seconds = Math.round((performance.now() - started) / 1000);
  const counts = await (step.count?.(ended) ?? countedBy(ended.output, ended.code));
  console.log(`── ${step.name}: ${counts.passed} passed, ${counts.failed} failed in ${seconds} s`);
  return { ...counts, seconds, interrupted: ended.interrupted };
}
