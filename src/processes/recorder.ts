import { runRecorderProcess } from '../investigation/helpers/recorderProcess.ts';

runRecorderProcess();
