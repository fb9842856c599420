// A client that is killed: attaches to the given address and says when it records. Bundled by the test that starts it.
import { attach } from '../../../src/profiler/attach.ts';

const session = await attach({
  target: process.argv[2],
  ownsInspector: process.argv[3] === 'owns',
});
// A window later it is known whether there is a probe that takes marks.
if (session.ok) await session.value.flush();
console.log(
  session.ok
    ? `recording, marks: ${session.value.snapshot().markKinds.includes('beat')}`
    : session.error.message,
);
