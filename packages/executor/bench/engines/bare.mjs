import { Worker } from 'node:worker_threads';

/** A pool as one writes it by hand in ten minutes: the yardstick. */
export function open(size) {
  const queue = [];
  const idle = [];
  const workers = [];
  let serial = 0;
  const give = (worker, job) => {
    worker.job = job;
    worker.postMessage(job.message);
  };
  for (let i = 0; i < size; i++) {
    const worker = new Worker(new URL('../workers/bare.mjs', import.meta.url));
    worker.on('message', ({ result }) => {
      const { resolve } = worker.job;
      const next = queue.shift();
      if (next === undefined) idle.push(worker);
      else give(worker, next);
      resolve(result);
    });
    workers.push(worker);
    idle.push(worker);
  }
  const run = (name, ...args) =>
    new Promise((resolve) => {
      const job = { message: { id: ++serial, name, args }, resolve };
      const worker = idle.pop();
      if (worker === undefined) queue.push(job);
      else give(worker, job);
    });
  return {
    plusOne: (value) => run('plusOne', value),
    busyFor: (ms) => run('busyFor', ms),
    close: () => Promise.all(workers.map((worker) => worker.terminate())),
  };
}
