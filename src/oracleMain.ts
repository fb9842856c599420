import { runPlannerProcess } from './investigation/plannerProcess.ts';

runPlannerProcess();
