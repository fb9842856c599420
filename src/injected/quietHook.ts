/**
 * Runs inside the target, on Node before 24: enables an async hook, if it can without having V8 call it for each promise,
 * which is what `trackPromises: false` does from 24 on. V8's promise hooks are left as they were. Answers with a function
 * that says whether so many calls of the hook between two drains are worth their cost, given whether the loop is late. It
 * travels as text, of ASCII alone (Node 20 loses other messages to workers), and must not refer to anything outside itself.
 */
export function enableQuietly(hook: any): (calls: number, isLate: boolean) => boolean {
  const { process }: any = globalThis;
  // A call costs about 0.2 us, and 1 us where promises are watched for us alone: 1 % of the time between two drains. Where
  // nobody watches promises and the loop is late, calls are few for the time they take.
  const lateCalls = 100_000;
  const calmCalls = 20_000;
  const flag = Object.getOwnPropertyDescriptor(process, 'noDeprecation');
  try {
    // Node would print a warning about the binding.
    Object.defineProperty(process, 'noDeprecation', { configurable: true, value: true });
    const { getPromiseHooks, setPromiseHooks } = process.binding('async_wrap');
    const isWatched = (): boolean => getPromiseHooks().some(Boolean);
    const wasWatched = isWatched();
    hook.enable();
    if (!wasWatched) setPromiseHooks(undefined, undefined, undefined, undefined);
    return (calls, isLate) => calls < calmCalls || (isLate && (calls < lateCalls || !isWatched()));
  } catch {
    hook.enable();
    return (calls) => calls < calmCalls;
  } finally {
    if (flag) Object.defineProperty(process, 'noDeprecation', flag);
    else delete process.noDeprecation;
  }
}
