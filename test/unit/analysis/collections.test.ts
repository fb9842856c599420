import { describe, expect, it } from 'vitest';
import { analyzeRecording } from '../../../src/analysis/analyzeRecording.ts';
import { millis } from '../../../src/base/units.ts';
import { recordingOfProfile } from '../../../src/sources/readProfileFile.ts';
import { profileOf } from '../support/profileOf.ts';
import { node, placeOf } from './callSitesSupport.ts';

const text = `
function sweep() {
  before(); collect();
  console.log('done');
  work();
}
function work() {
  return rows.map((row) => ({ row }));
}
`;
const frames = {
  processTimers: node('timers'),
  sweep: placeOf(text, 'sweep', 'app.js'),
  work: placeOf(text, 'function work', 'app.js'),
  log: node('internal/console/constructor'),
  now: node('internal/perf/performance'),
  parse: { url: '', scriptId: '0' },
};

/** The findings of a drawing as `cause function callee`. */
function found(...drawing: readonly string[]): readonly string[] {
  const recording = recordingOfProfile(profileOf(['idle 20', ...drawing, 'idle 20'], { frames }), 'drawn');
  const read = (path: string): { path: string; text: string } | undefined =>
    path === '/app/app.js' ? { path, text } : undefined;
  const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };
  return analyzeRecording(recording, { read }, options).findings.map(
    ({ cause, callSite }) => `${cause} ${callSite?.function ?? '-'} ${callSite?.callee ?? '-'}`,
  );
}

const inSweep = 'processTimers;sweep';

describe('a block that is mostly a collection', () => {
  it.each([
    ['by nothing before', ['gc 80', `${inSweep};log 1`]],
    ['by a moment before', [`${inSweep};now 1`, 'gc 80', `${inSweep};log 1`]],
    ['by a call of the project behind it', ['gc 80', `${inSweep};work 12`]],
    ['by nothing at all', ['gc 80']],
  ])('is blamed on no call %s', (_what, drawing) => {
    expect(found(...drawing)).toEqual(['gc - -']);
  });

  it.each([
    ['before', [`${inSweep};work 20`, 'gc 80', `${inSweep};log 1`]],
    ['on both sides', [`${inSweep};work 4`, 'gc 80', `${inSweep};work 4`]],
    ['in between', [`${inSweep};work 8`, 'gc 40', `${inSweep};work 8`, 'gc 40']],
  ])('is one finding with the call that was seen %s', (_what, drawing) => {
    expect(found(...drawing)).toEqual(['gc sweep work']);
  });

  it('keeps the mechanism of a call that allocates', () => {
    expect(found(`${inSweep};parse 30`, 'gc 60', `${inSweep};parse 5`)).toEqual([
      'serialization sweep parse',
    ]);
  });
});

it('a computation in which the collector takes a fifth stays where it is', () => {
  expect(found(`${inSweep};work 40`, 'gc 20', `${inSweep};work 40`)).toEqual(['cpu sweep work']);
  expect(found('gc 20', `${inSweep};work 80`)).toEqual(['cpu sweep work']);
});
