import { Tinypool } from 'tinypool';

export function open(size) {
  const pool = new Tinypool({
    filename: new URL('../workers/tinypool.mjs', import.meta.url).href,
    minThreads: size,
    maxThreads: size,
  });
  return {
    plusOne: (value) => pool.run(value, { name: 'plusOne' }),
    busyFor: (ms) => pool.run(ms, { name: 'busyFor' }),
    close: () => pool.destroy(),
  };
}
