#!/usr/bin/env node
import { runCli } from './terminal/commands/program.ts';

void runCli(process.argv).then((code) => {
  process.exitCode = code;
});
