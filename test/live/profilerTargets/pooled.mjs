// A program whose tasks run, one after the other, in a worker thread of the pool that is named.
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

// The pools are installed for the executor's comparisons.
const require = createRequire(new URL('../../../packages/executor/package.json', import.meta.url));
const load = (name) => import(pathToFileURL(require.resolve(name)).href);
const file = fileURLToPath(new URL('poolTask.cjs', import.meta.url));

const pools = {
  async executor(name = 'burn') {
    const { ThreadPoolExecutor } = await load('@offloop/executor');
    const pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    return () => pool.submit({ module: file, export: name });
  },
  executorLater: () => pools.executor('burnLater'),
  async piscina() {
    const { default: Piscina } = await load('piscina');
    const pool = new Piscina({ filename: file, maxThreads: 1 });
    return () => pool.run(null, { name: 'burn' });
  },
  async tinypool() {
    const { default: Tinypool } = await load('tinypool');
    const pool = new Tinypool({
      filename: pathToFileURL(file).href,
      runtime: 'worker_threads',
      maxThreads: 1,
    });
    return () => pool.run(null, { name: 'burn' });
  },
  async workerpool() {
    const { default: workerpool } = await load('workerpool');
    const pool = workerpool.pool(file, { workerType: 'thread', maxWorkers: 1 });
    return () => pool.exec('burn');
  },
  async poolifier() {
    const { FixedThreadPool } = await load('poolifier');
    const pool = new FixedThreadPool(1, file);
    return () => pool.execute();
  },
};

process.env.POOL = process.argv[2];
const run = await pools[process.env.POOL]();
for (;;) {
  await run();
  console.log('done');
}
