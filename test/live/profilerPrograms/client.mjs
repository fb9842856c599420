// A client that is killed: attaches to the given address and says when it records. Bundled by the test that starts it.
import { attach } from '../../../src/profiler/attach.ts';

const session = await attach({
  target: process.argv[2],
  ownsInspector: process.argv[3] === 'owns',
});
console.log(session.ok ? `recording, marks: ${session.value.marks}` : session.error.message);
