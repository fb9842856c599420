import { parseArgs } from 'node:util';
import { QueueWorker } from './worker/queueWorker.ts';

const usage = `Runs tasks of a queue that QueueExecutors fill.

Usage: offloop-worker --queue <name> --tasks <pattern> [options]

  --queue <name>            name of the queue
  --tasks <pattern>         task files, as in 'dist/**/*.worker.js'; may be given several times
  --concurrency <n>         tasks at once, each in a thread (default: one per CPU)
  --redis <url>             where Redis is (default: REDIS_URL, or redis://127.0.0.1:6379)
  --prefix <text>           prefix of all keys in Redis (default: bull)
  --build <name>            names the build of the task files; callers must give the same
  --allow-any-module        lets tasks be functions of any installed module
  --lock-duration <ms>      silence after which tasks are taken over (default: 10000)
  --max-lost <n>            how often a task is taken over before it fails (default: 3)
  --max-payload <bytes>     most bytes of a result (default: 1048576)
  --grace <ms>              time that running tasks get at the end (default: 30000)
  --help

SIGTERM and SIGINT end it: running tasks get --grace, then they go back to the queue.`;

const defaultGrace = 30_000;

function readArguments() {
  return parseArgs({
    options: {
      queue: { type: 'string' },
      tasks: { type: 'string', multiple: true },
      concurrency: { type: 'string' },
      redis: { type: 'string' },
      prefix: { type: 'string' },
      build: { type: 'string' },
      'allow-any-module': { type: 'boolean' },
      'lock-duration': { type: 'string' },
      'max-lost': { type: 'string' },
      'max-payload': { type: 'string' },
      grace: { type: 'string' },
      help: { type: 'boolean' },
    },
  }).values;
}

type Arguments = ReturnType<typeof readArguments>;

function startWorker(values: Arguments): QueueWorker {
  const { queue, tasks } = values;
  if (queue === undefined || tasks === undefined)
    throw new Error('--queue and --tasks are needed; see --help');
  const number = (name: string, text: string | undefined, key: string): object =>
    text === undefined ? {} : { [key]: numberOf(name, text) };
  return new QueueWorker({
    connection: values.redis ?? process.env['REDIS_URL'] ?? 'redis://127.0.0.1:6379',
    queue,
    tasks,
    ...number('--concurrency', values.concurrency, 'concurrency'),
    ...number('--lock-duration', values['lock-duration'], 'lockDuration'),
    ...number('--max-lost', values['max-lost'], 'maxLost'),
    ...number('--max-payload', values['max-payload'], 'maxPayload'),
    ...(values.prefix !== undefined && { prefix: values.prefix }),
    ...(values.build !== undefined && { build: values.build }),
    ...(values['allow-any-module'] === true && { allowAnyModule: true }),
  });
}

function numberOf(name: string, text: string): number {
  const value = Number(text);
  if (text.trim() === '' || Number.isNaN(value)) throw new Error(`${name} must be a number; got ${text}`);
  return value;
}

async function main(): Promise<void> {
  const values = readArguments();
  if (values.help === true) {
    console.log(usage);
    return;
  }
  const grace = values.grace === undefined ? defaultGrace : numberOf('--grace', values.grace);
  const worker = startWorker(values);
  const end = (): void => {
    void worker.close({ grace }).then(() => process.exit());
  };
  process.once('SIGTERM', end);
  process.once('SIGINT', end);
  await worker.ready;
  const { files } = worker.stats();
  const plural = files.length === 1 ? 'task file' : 'task files';
  console.log(
    `offloop-worker ${process.pid}: queue ${values.queue ?? ''}, ${files.length} ${plural}: ${files.join(', ')}`,
  );
}

main().catch((error: unknown) => {
  console.error(`offloop-worker: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
});
