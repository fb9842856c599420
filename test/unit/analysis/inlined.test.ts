import { expect, it } from 'vitest';
import { analyzeRecording } from '../../../src/analysis/analyzeRecording.ts';
import { millis } from '../../../src/base/units.ts';
import { recordingOfProfile } from '../../../src/sources/readProfileFile.ts';
import { profileOf } from '../support/profileOf.ts';
import { node, placeOf } from './callSitesSupport.ts';

const text = `
function average(values) {
  let sum = 0;
  for (const value of values) sum += value;
  return sum;
}
function other() {
  return 1;
}
function smooth(values) {
  return values.map((_, at) => average(values.slice(at)));
}
function work() {
  smooth([1, 2]);
}
`;
const callback = { url: 'file:///app/app.js', lineNumber: 10, columnNumber: 20, functionName: '' };

/** The findings of one block per stack; `lines` are 1-based lines at which its leaf was seen. */
function found(
  ...blocks: readonly { readonly stack: string; readonly lines: readonly number[] }[]
): readonly string[] {
  const frames = {
    processTimers: node('timers'),
    callback,
    ...Object.fromEntries(
      ['average', 'other', 'smooth', 'work'].map((name) => [
        name,
        placeOf(text, `function ${name}`, 'app.js'),
      ]),
    ),
  };
  const drawing = blocks.flatMap(({ stack }) => [`processTimers;work;${stack} 100`, 'idle 20']);
  const profile = profileOf(drawing, { frames });
  const named = (stack: string): string => (stack.split(';').at(-1) ?? '').replace('callback', '');
  const nodes = profile.nodes.map((each) => {
    const block = blocks.find(({ stack }) => named(stack) === each.callFrame.functionName);
    const ticks = (block?.lines ?? []).map((line) => ({ line, ticks: 10 }));
    return each.callFrame.url.startsWith('file:') ? { ...each, positionTicks: ticks } : each;
  });
  const read = (path: string): { path: string; text: string } | undefined =>
    path === '/app/app.js' ? { path, text } : undefined;
  const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };
  return analyzeRecording(recordingOfProfile({ ...profile, nodes }, 'drawn'), { read }, options).findings.map(
    ({ cause, callSite, count }) =>
      `${cause} ${callSite?.callee ?? '-'} in ${callSite?.function ?? '-'} ${String(callSite?.line)} ${String(count)}×`,
  );
}

it('One piece of code is one finding, whatever V8 had inlined', () => {
  const whole = { stack: 'smooth;callback;average', lines: [4] };
  const inCallback = { stack: 'smooth;callback', lines: [4] };
  const inSmooth = { stack: 'smooth', lines: [4] };
  const expected = 'cpu average in (callback of values.map) 11';
  expect(found(whole)).toEqual([`${expected} 1×`]);
  expect(found(whole, inCallback)).toEqual([`${expected} 2×`]);
  expect(found(inCallback)).toEqual([`${expected} 1×`]);
  expect(found(whole, inCallback, inSmooth)).toEqual([`${expected} 3×`]);
});

it('A line of a function that is not called from there is of no inlined one', () => {
  expect(found({ stack: 'smooth;callback', lines: [8] })).toEqual(['cpu map in smooth 11 1×']);
});
