import { ThreadPoolExecutor } from '@offloop/executor';
import { describe, expect, it } from 'vitest';
import { sleepFor, timersBetweenTasks } from '../fixtures/basic.worker.mjs';

describe('nothing blocks', () => {
  it('the main loop turns while a task runs', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    let turns = 0;
    const turn = setInterval(() => turns++, 1);
    await pool.submit(sleepFor, 100);
    clearInterval(turn);
    expect(turns).toBeGreaterThan(5);
  });

  it('the loop of a worker turns between its tasks: timers and sockets stay alive', async () => {
    await using pool = new ThreadPoolExecutor({ maxWorkers: 1 });
    await pool.submit(timersBetweenTasks);
    while ((await pool.submit(timersBetweenTasks)) < 3)
      await new Promise((resolve) => setTimeout(resolve, 10));
    expect(pool.stats().workers).toBe(1);
  });
});
