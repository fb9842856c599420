import { describe, expect, it } from 'vitest';
import { analyzeRecording } from '../../../src/analysis/analyzeRecording.ts';
import type { ReportBlock } from '../../../src/report/report.ts';
import { requestName, requestRoute } from '../../../src/recording/requestRoute.ts';
import { micros, millis } from '../../../src/base/units.ts';
import type { FindingView } from '../../../src/editor/state/findingViews.ts';
import { SessionStore } from '../../../src/editor/state/sessionStore.ts';
import { hoverModel } from '../../../src/editor/view/hoverLines.ts';
import { rowText } from '../../../src/editor/view/tree/rowText.ts';
import { recordingOfProfile } from '../../../src/sources/readProfileFile.ts';
import { english } from '../../../src/wording/localizer.ts';
import { profileOf } from '../support/profileOf.ts';
import { endIn, recordIn } from '../support/sessions.ts';
import { blockOf, findingOf, reportOf } from '../terminal/terminalSupport.ts';

/** What a block is said to have served into which a request came. */
function requestOf(method: string, url: string): ReportBlock['request'] | undefined {
  const recording = recordingOfProfile(profileOf(['idle 10', 'work 100', 'idle 10']), 'drawn');
  const marks = [{ kind: 'request' as const, at: micros(1_010_500), method, url }];
  const threads = recording.threads.map((thread) => ({ ...thread, marks }));
  const options = { threshold: millis(50), root: '/app', mappings: [], fullUrls: false };
  return analyzeRecording({ ...recording, threads }, { read: () => undefined }, options).blocks[0]?.request;
}

function viewOf(block: ReportBlock): FindingView {
  const store = new SessionStore();
  endIn(store, recordIn(store, 11), reportOf({ findings: [findingOf()], blocks: [block] }));
  return store.findings[0] ?? expect.fail('no finding');
}

describe('a request whose method is not known', () => {
  it('is named by its url, also as a route', () => {
    expect(requestName('', '/user/17')).toBe('/user/17');
    expect(requestName('GET', '/user/17')).toBe('GET /user/17');
    expect(requestRoute('', '/user/17?full=1')).toBe('/user/:id');
    expect(requestRoute('GET', '/user/17?full=1')).toBe('GET /user/:id');
  });

  it('has an empty method in the report, and is none where its url is not known either', () => {
    expect(requestOf('', '/direct?secret=1')).toEqual({ method: '', url: '/direct' });
    expect(requestOf('', '')).toBeNull();
    expect(requestOf('GET', '/direct')).toEqual({ method: 'GET', url: '/direct' });
  });

  it.each([
    ['', '/direct'],
    ['PUT', 'PUT /direct'],
  ])('is shown in the editor without a method: "%s" as %s', (method, name) => {
    const block = blockOf({ request: { method, url: '/direct' } });
    const view = viewOf(block);
    expect(hoverModel(view, english).route).toBe(`It served ${name}.`);
    expect(rowText({ kind: 'block', view, block }, [], english).description).toBe(`${name} · at 100 ms`);
  });
});
