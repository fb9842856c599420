/**
 * Runs at the start of every Node process of a launched program, before its own code: opens the inspector on a free port and
 * announces it as a file. It travels as text (NODE_OPTIONS=--require), so it must not refer to anything outside itself.
 */
export function launchPreload(
  need: (id: string) => any,
  scripts: { readonly launchers: readonly string[]; readonly wrapper: string },
): void {
  const folder = process.env['OFFLOOP_ANNOUNCE'];
  const script = process.argv[1] ?? '';
  const isLauncher =
    !new RegExp(scripts.wrapper).test(script) &&
    scripts.launchers.some((each) => new RegExp(each).test(script));
  // A watched child inherits the flags that say how to watch, not those that say to.
  const watches = process.execArgv.some((flag) => /^--watch(?:$|=|-path(?:$|=))/.test(flag));
  if (folder === undefined || !need('worker_threads').isMainThread || isLauncher || watches) return;
  const fs = need('fs');
  const inspector = need('inspector');
  try {
    const openedByUs = inspector.url() === undefined;
    if (openedByUs) inspector.open(0, '127.0.0.1');
    const webSocketUrl = inspector.url();
    const announcement = { pid: process.pid, webSocketUrl, openedByUs, script, cwd: process.cwd() };
    const file = `${folder}/${String(process.pid)}`;
    fs.writeFileSync(`${file}.tmp`, JSON.stringify(announcement));
    // Making a folder succeeds once: only the first process waits, so that its start is recorded too.
    let first = true;
    try {
      fs.mkdirSync(`${folder}/first`);
    } catch {
      first = false;
    }
    fs.renameSync(`${file}.tmp`, `${file}.json`);
    if (first) inspector.waitForDebugger();
  } catch {
    // The launcher is gone, or no port could be opened: the program runs on without us.
    return;
  }
}
