export { fromPiscina, type PiscinaExecutor, type PiscinaLike } from './adapters/piscina.ts';
