// A worker of plain BullMQ, for comparison: the same task, run on the worker's own loop.
import { Worker } from 'bullmq';
import { Redis } from 'ioredis';

const [url, queue, concurrency] = process.argv.slice(2);
const connection = new Redis(url, { maxRetriesPerRequest: null });
const worker = new Worker(queue, (job) => Promise.resolve(job.data.value * 2), {
  connection,
  concurrency: Number(concurrency),
});
await worker.waitUntilReady();
console.log('offloop-worker 0: queue');
