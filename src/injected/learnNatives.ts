/**
 * Runs inside the target. V8's profiler names those native functions alone that existed when it started: what an addon, or a
 * built-in class made at its first use, adds later is missing in samples, and its time looks like its caller's. Starting
 * another profiler for a moment has V8 list all functions again, to the running one too. Answers with the function that looks
 * whether that is due and then does it; that costs as much as the start of a profile, at most twice for each library that is
 * loaded, and is returned as [start, end] in us of process.hrtime. It travels as text, of ASCII alone, and must not refer to anything outside itself.
 */
export function learnNatives(need: (id: string) => any): (runsLong: boolean) => readonly number[] {
  const { Session } = need('inspector');
  const modules = need('module')._cache ?? {};
  // Only this part of Node has methods that programs call without a function of Node around them.
  const ownLibrary = 'Internal Binding sqlite';
  const count = (): number => {
    const addons = Object.keys(modules).filter((path) => path.endsWith('.node')).length;
    return addons + ((process as any).moduleLoadList?.includes(ownLibrary) ? 1 : 0);
  };
  const clock = (): number => {
    const time = process.hrtime();
    return time[0] * 1e6 + time[1] / 1e3;
  };
  let known = count();
  let due = 0;
  return (runsLong) => {
    const now = count();
    // Once at once, and once when something runs for long: the first call may have made its class.
    if (now !== known) due = 2;
    known = now;
    if (due === 0 || (due === 1 && !runsLong)) return [];
    due--;
    const start = clock();
    try {
      const session = new Session();
      session.connect();
      session.post('Profiler.enable');
      session.post('Profiler.start');
      session.disconnect();
    } catch {
      // It cannot be had here; the calls are shown where they were made from.
      due = 0;
    }
    return [start, clock()];
  };
}
