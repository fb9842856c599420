import { describe, expect, it } from 'vitest';
import { openingText, riskText } from '../../../src/editor/view/riskText.ts';
import { english } from '../../../src/wording/localizer.ts';

const trace = { path: '/srv/app/node_modules/reload/index.js', line: 12, origin: 'dependency' } as const;

it.each([
  [null, null],
  [{ trace: null, isComplete: true }, null],
  [{ trace: { ...trace, origin: 'program' as const }, isComplete: true }, null],
  [
    { trace, isComplete: true },
    'A package that the program may use names SIGUSR1, the signal that opens the inspector (/srv/app/node_modules/reload/index.js:12). If the program handles the signal, its handler runs and no inspector opens.',
  ],
  [
    { trace: null, isComplete: false },
    'The program is too large to search for a handler of SIGUSR1, the signal that opens the inspector. If there is a handler, it will run.',
  ],
])('says what may happen before an inspector is opened: %j', (search, text) => {
  expect(riskText(search, english)).toBe(text);
});

describe('the question before an inspector is opened', () => {
  const program = { pid: 11, name: 'server.js' };
  const launcher = { pid: 7, name: 'npm start' };
  const other = { pid: 12, name: 'worker.js' };

  it.each([
    [program, [program], 'Open the inspector of server.js (pid 11)?'],
    // Gone meanwhile: the recorder says so.
    [program, [], 'Open the inspector of server.js (pid 11)?'],
    [launcher, [program], 'Open the inspector of server.js (pid 11), which npm start started?'],
    [
      launcher,
      [program, other],
      'Open the inspectors of server.js (pid 11), worker.js (pid 12), which npm start started?',
    ],
  ])('names the programs that get one: %j', (chosen, programs, text) => {
    expect(openingText(chosen, programs, english)).toBe(text);
  });
});
