import { executorKinds } from './fixtures/executors.ts';
import { describeContract } from './support/contract.ts';

for (const [kind, make] of Object.entries(executorKinds)) describeContract(kind, make);
