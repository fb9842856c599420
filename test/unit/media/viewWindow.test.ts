import { describe, expect, it } from 'vitest';
import { axisSteps, clamped, panned, showing, zoomed } from '../../../media/timeline/viewWindow.ts';

describe('the stretch of time that a timeline shows', () => {
  it('stays inside the run and is at least a millisecond long', () => {
    expect(clamped({ from: -50, to: 50 }, 1000)).toEqual({ from: 0, to: 100 });
    expect(clamped({ from: 950, to: 1050 }, 1000)).toEqual({ from: 900, to: 1000 });
    expect(clamped({ from: 500, to: 500.1 }, 1000)).toEqual({ from: 500, to: 501 });
    expect(clamped({ from: -5, to: 9000 }, 1000)).toEqual({ from: 0, to: 1000 });
  });

  it.each([0.5, 0.9, 1.5])('zooming by %f keeps the time under the pointer in its place', (factor) => {
    const view = { from: 200, to: 600 };
    const next = zoomed(view, factor, 300, 1000);
    expect((300 - next.from) / (next.to - next.from)).toBeCloseTo(0.25);
  });

  it('moves by a share of itself and stops at the ends', () => {
    expect(panned({ from: 100, to: 300 }, 0.5, 1000)).toEqual({ from: 200, to: 400 });
    expect(panned({ from: 100, to: 300 }, -5, 1000)).toEqual({ from: 0, to: 200 });
  });

  it('follows a chosen block only where it is not on the screen', () => {
    const view = { from: 0, to: 100 };
    expect(showing(view, { startMs: 20, durationMs: 50 }, 1000)).toBe(view);
    expect(showing(view, { startMs: 500, durationMs: 50 }, 1000)).toEqual({ from: 450, to: 600 });
    expect(showing(view, { startMs: 500, durationMs: 20 }, 1000)).toEqual({ from: 460, to: 560 });
  });

  it('has marks at round times, not many', () => {
    expect(axisSteps({ from: 0, to: 1000 }, 900, 90)).toEqual([
      0, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000,
    ]);
    expect(axisSteps({ from: 3, to: 47 }, 450, 90)).toEqual([10, 20, 30, 40]);
    for (const length of [1, 7, 333, 86_400_000]) {
      expect(axisSteps({ from: 0, to: length }, 900, 90).length).toBeLessThanOrEqual(12);
    }
  });
});
