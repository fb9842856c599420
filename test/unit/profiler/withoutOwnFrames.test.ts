import { expect, it } from 'vitest';
import {
  ownUrl,
  withoutOwnFrames,
  withoutPauses,
} from '../../../src/profiler/capture/thread/withoutOwnFrames.ts';
import type { CpuProfile } from '../../../src/recording/recording.ts';
import { profileOf } from '../support/profileOf.ts';

const frames = {
  probe: { url: ownUrl },
  preload: { url: '/tmp/offloop-Ab12/preload.cjs' },
  theirs: { url: '/app/offloop-test/src/preload.cjs' },
};

/** The function that each sample shows. */
const seenIn = (profile: CpuProfile): readonly (string | undefined)[] =>
  profile.samples.map((id) => profile.nodes.find((node) => node.id === id)?.callFrame.functionName);

it.each([
  ['what they interrupted', 'work;probe 3', 'work'],
  ['what they interrupted, with all that they call', 'work;probe;emit 3', 'work'],
  ['idle time where they interrupted nothing', 'probe;emit 3', '(idle)'],
  ['idle time where the program waited for us', 'load;preload;waitForDebugger 3', '(idle)'],
  ['whom they belong to where it is not ours', 'load;theirs 3', 'theirs'],
])('samples of our own scripts go to %s', (_what, ours, shown) => {
  const profile = profileOf(['idle 2', ours, 'other 1'], { frames });
  const seen = seenIn(withoutOwnFrames(profile));
  expect(seen).toEqual(['(idle)', '(idle)', shown, shown, shown, 'other']);
});

it("the time for which we hold a thread up is nobody's, also where the sampler was held up with it", () => {
  const drawn = profileOf(['idle 20', 'processTimers;a 10', 'idle 5']);
  // Between 10 and 20 ms nothing was sampled, so that the callback after it would seem to have begun then.
  const kept = drawn.samples.map((_, index) => index).filter((index) => index <= 10 || index >= 20);
  const gap = {
    ...drawn,
    samples: kept.map((index) => drawn.samples[index] ?? 0),
    timeDeltas: kept.map((index) => (index === 0 ? 0 : index === 20 ? 10_000 : 1000)),
  };
  const { samples, timeDeltas } = withoutPauses(gap, [[1_010_500, 1_019_500]]);
  const idle = drawn.samples[0];
  let at = 0;
  const seen = samples.map((id, index) => [(at += timeDeltas[index] ?? 0), id === idle] as const);
  expect(seen.filter(([time]) => time > 9_000 && time < 21_000)).toEqual([
    [10_000, true],
    [10_500, true],
    [19_500, true],
    [20_000, false],
  ]);
  expect(withoutPauses(gap, [[5, 6]])).toBe(gap);
});
