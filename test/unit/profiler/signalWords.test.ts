import { expect, test } from 'vitest';
import { namesSignal } from '../../../src/profiler/targets/signal/signalWords.ts';

test.each([
  ["process.on('SIGUSR1', reload);", 1],
  ['process.once("SIGUSR1", reload);', 1],
  ["\nprocess.addListener('SIGUSR1', reload);", 2],
  ['process.prependListener(`SIGUSR1`, reload);', 1],
  ['process.on(`SIGUSR${n}`, reload);', 1],
  ["process.on('SIGUSR' + 1, reload);", 1],
  ["process.on('SIG' + 'USR1', reload);", 1],
  ["process.on(['SIG', 'USR', 1].join(''), reload);", 1],
  ["for (const name of ['SIGINT', 'SIGUSR1']) process.on(name, stop);", 1],
  ["const { constants } = require('os');\nfor (const name in constants.signals) process.on(name, note);", 2],
  ["fetch('http://localhost'); process.on('SIGUSR1', reload)", 1],
  ["/*! licence */ process.on('SIGUSR1', reload)", 1],
])('%j may handle SIGUSR1', (text, line) => {
  expect(namesSignal(text)).toBe(line);
});

test.each([
  "process.on('SIGUSR2', reload);",
  "process.kill(pid, 'SIGUSR1');",
  "child.kill(wanted ? 'SIGUSR1' : pick('SIGTERM'));",
  '// kill -USR1 opens the inspector\nserve();',
  '/**\n * SIGUSR1 is left to Node.\n */\nserve();',
  '{ "scripts": { "inspect": "kill -USR1 $(cat pid)" } }',
  "process.on('SIGTERM', stop); const signals = [1, 2];",
  "const dir = '/usr/local'; process.on('exit', stop);",
  "const { signals } = require('os').constants; console.log(signals);",
  "for (const name of ['SIGINT', 'SIGTERM']) process.on(name, () => process.exit(128 + os.constants.signals[name]));",
  "process.once('SIGTERM', () => process.exit(128 + constants.signals.SIGTERM));",
])('%j does not', (text) => {
  expect(namesSignal(text)).toBe(null);
});
