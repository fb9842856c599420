import { runRecorderProcess } from './investigation/recorderProcess.ts';

runRecorderProcess();
