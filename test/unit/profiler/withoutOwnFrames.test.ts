import { expect, it } from 'vitest';
import { ownUrl, withoutOwnFrames } from '../../../src/profiler/capture/withoutOwnFrames.ts';
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
