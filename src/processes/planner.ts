import { runPlannerProcess } from '../investigation/helpers/plannerProcess.ts';

runPlannerProcess();
