import { describe, expect, it } from 'vitest';
import { analyzeRecording } from '../../../src/analysis/analyzeRecording.ts';
import { micros, millis } from '../../../src/base/units.ts';
import type { LiveStack, Mark } from '../../../src/recording/recording.ts';
import { recordingOfProfile } from '../../../src/sources/readProfileFile.ts';
import { profileOf } from '../support/profileOf.ts';
import { native, node, placeOf } from './callSitesSupport.ts';

const at = (ms: number): Mark['at'] => micros(1_000_000 + ms * 1000);
const steps = (ms: number): Mark => ({ kind: 'steps', at: at(ms), end: at(ms + 1) });
const look = (ms: number): LiveStack => ({ at: at(ms), since: at(10), frames: [] });

/** The findings of a program with a function `drive`, as `cause function callee line`. */
function found(
  text: string,
  drawing: readonly string[],
  marks: readonly Mark[],
  liveStacks: readonly LiveStack[] = [],
): readonly string[] {
  const named = ['drive', 'digest', 'rows'].flatMap((name) =>
    new RegExp(`${name}\\(`).test(text) && new RegExp(`function\\*? ${name}\\(`).test(text)
      ? [[name, placeOf(text, `function\\*? ${name}`, 'app.js')] as const]
      : [],
  );
  const frames = {
    processTicksAndRejections: node('internal/process/task_queues'),
    update: node('internal/crypto/hash'),
    pbkdf2Sync: node('internal/crypto/pbkdf2'),
    job: native,
    ...Object.fromEntries(named),
  };
  const recording = recordingOfProfile(profileOf(['idle 10', ...drawing, 'idle 10'], { frames }), 'drawn');
  const threads = recording.threads.map((thread) => ({ ...thread, marks, liveStacks }));
  const read = (path: string): { path: string; text: string } | undefined =>
    path === '/app/app.js' ? { path, text } : undefined;
  const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };
  return analyzeRecording({ ...recording, threads }, { read }, options).findings.map(
    ({ cause, callSite, count }) =>
      `${cause} ${callSite?.function ?? '-'} ${callSite?.callee ?? '-'} ${String(callSite?.line)} ${String(count)}×`,
  );
}

const digest = 'async function digest(row) {\n  return hash.update(row);\n}\n';
const everywhere = [steps(20), steps(50), steps(80), steps(105)];
const mixed = [
  'drive 20',
  'drive;digest 20',
  'drive;digest;update 30',
  'processTicksAndRejections 15',
  'drive;digest 25',
];

describe('a chain of short steps is one finding at what keeps it going', () => {
  it.each([
    [
      'a loop that awaits',
      'async function drive(all) {\n  for (const row of all)\n    await digest(row);\n}\n',
      'digest 6',
    ],
    [
      'a while loop',
      'async function drive(all) {\n  while (all.length > 0) {\n    seal = await digest(all.pop());\n  }\n}\n',
      'digest 6',
    ],
    [
      'the heaviest of several',
      'async function drive(all) {\n  for (const row of all) {\n    await note(row);\n    await digest(row);\n  }\n}\n',
      'digest 7',
    ],
    [
      'an await of no call',
      'async function drive(all) {\n  for (const row of all) {\n    await null;\n    digest(row);\n  }\n}\n',
      '- 6',
    ],
    [
      'for await',
      'async function drive(all) {\n  for await (const row of rows(all))\n    digest(row);\n}\n',
      'rows 5',
    ],
    [
      'a tick that schedules itself',
      'function drive(all) {\n  digest(all.pop());\n  process.nextTick(drive, all);\n}\n',
      'nextTick 6',
    ],
    [
      'a microtask that does',
      'function drive(all) {\n  digest(all.pop());\n  queueMicrotask(() => drive(all));\n}\n',
      'queueMicrotask 6',
    ],
    ['a promise that does', 'function drive(all) {\n  return digest(all.pop()).then(drive);\n}\n', 'then 5'],
    [
      'recursion',
      'async function drive(all) {\n  await digest(all.pop());\n  return drive(all);\n}\n',
      'drive 6',
    ],
  ])('%s', (_what, text, call) => {
    const [callee = '', line = ''] = call.split(' ');
    expect(found(digest + text, mixed, everywhere)).toEqual([
      `microtask-starvation drive ${callee} ${line} 1×`,
    ]);
  });

  it('a generator that yields is driven by the loop over it', () => {
    const text =
      'async function* rows(all) {\n  for (const row of all) yield await digest(row);\n}\nasync function drive(all) {\n  for await (const row of rows(all)) use(row);\n}\n';
    const drawing = ['drive;rows;digest;update 40', 'rows;digest 30', 'drive 40'];
    expect(found(digest + text, drawing, everywhere)).toEqual(['microtask-starvation drive rows 8 1×']);
  });
});

describe('one step that takes most of a turn stays the finding', () => {
  const text = `${digest}async function drive(all) {\n  pbkdf2Sync(all);\n  for (const row of all)\n    await digest(row);\n}\n`;

  it('in a native call', () => {
    const drawing = ['drive;pbkdf2Sync;job 90', 'drive;digest 15'];
    expect(found(text, drawing, [steps(102), steps(105)])).toEqual(['crypto drive pbkdf2Sync 5 1×']);
  });

  it.each([
    ['Node itself', 'processTicksAndRejections 15'],
    ['another task', 'rows 15'],
  ])('after which %s ran', (_what, then) => {
    const both = `${text}function rows(all) {\n  return all;\n}\n`;
    const drawing = ['drive;digest;update 60', 'drive;pbkdf2Sync;job 60', then];
    expect(found(both, drawing, [steps(131), steps(133)]).join()).not.toContain('microtask-starvation');
  });

  it('in JavaScript that was looked at', () => {
    const drawing = ['drive;digest 90', 'drive 10'];
    const looks = [look(30), look(50), look(70)];
    expect(found(text, drawing, [steps(101), steps(103)], looks)[0]).toMatch(/^cpu/);
  });
});
