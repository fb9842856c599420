import { Piscina } from 'piscina';

export function open(size) {
  const pool = new Piscina({
    filename: new URL('../workers/piscina.mjs', import.meta.url).href,
    minThreads: size,
    maxThreads: size,
  });
  return {
    plusOne: (value) => pool.run(value, { name: 'plusOne' }),
    busyFor: (ms) => pool.run(ms, { name: 'busyFor' }),
    close: () => pool.destroy(),
  };
}
