import { QueueExecutor } from '@offloop/executor-bullmq';
import { afterAll, beforeAll } from 'vitest';
import { describeContract } from '../../executor/test/support/contract.ts';
import { RedisServer } from './support/redisServer.ts';
import { WorkerProcess } from './support/workerProcess.ts';

const fixtures = '../../../executor/test/fixtures';
let redis: RedisServer;
let worker: WorkerProcess;

beforeAll(async () => {
  redis = await RedisServer.start();
  worker = await WorkerProcess.start({
    redis: redis.url,
    queue: 'contract',
    tasks: [`${fixtures}/basic.worker.mjs`],
    args: ['--concurrency', '2'],
  });
});
afterAll(async () => {
  await worker[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

describeContract('queue', () => new QueueExecutor({ connection: redis.url, queue: 'contract' }));
