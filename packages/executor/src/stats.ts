export { measure, type Measurements, type Meter, type TimeSummary } from './observe/stats.ts';
