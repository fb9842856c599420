import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { Recordings, type SessionEnd } from '../../src/editor/state/recordings.ts';
import type { Session } from '../../src/editor/state/session.ts';
import { SessionStore } from '../../src/editor/state/sessionStore.ts';
import { SourceSnapshots } from '../../src/editor/state/sourceSnapshots.ts';
import { cliProgram } from './cliSupport.ts';
import { startTarget } from './profilerTarget.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const settings = {
  mode: 'watch',
  exactBoundaries: false,
  thresholdMs: 50,
  giveUpAfterMs: 300,
  root,
  mappings: [],
} as const;

it('a session ends with its findings when its program was killed and nothing took its place', async () => {
  const target = await startTarget(process.execPath, [cliProgram('steady.cjs')]);
  const store = new SessionStore();
  const ended = new Promise<{ session: Session; how: SessionEnd }>((resolve, reject) => {
    const recordings = new Recordings({
      modulePath: fileURLToPath(new URL('../../dist/offloop-recorder.js', import.meta.url)),
      store,
      snapshots: new SourceSnapshots(),
      onLog: (text) => process.stderr.write(text),
      onFailure: (message) => {
        reject(new Error(message));
      },
      onEnded: (session, how) => {
        resolve({ session, how });
      },
    });
    onTestFinished(() => {
      recordings[Symbol.dispose]();
    });
    const asked = {
      target: { kind: 'address', address: target.webSocketUrl },
      pid: null,
      port: null,
    } as const;
    recordings.start('steady.cjs', asked, settings);
  });
  const phases: string[] = [];
  store.onDidChange(() => {
    const { phase } = store.sessions[0] ?? {};
    if (phase !== undefined && phase !== phases.at(-1)) phases.push(phase);
    // Once it is known what blocks, the program goes away for good.
    if (store.findings.some(({ finding }) => finding.callSite !== null)) target.child.kill('SIGKILL');
  });
  expect(await ended).toMatchObject({ how: 'not-restarted', session: { phase: 'ended' } });
  expect(phases).toEqual(['recording', 'waiting', 'ended']);
  // On a busy machine the process itself may have been held up as well, which is a finding of its own.
  expect(store.findings.map(({ finding }) => finding.callSite?.callee)).toContain('pbkdf2Sync');
});
