/**
 * Closes the inspector as soon as nobody is connected to it, ourselves included, so that it is closed also when we die in
 * the midst of leaving. Where the system does not tell, after a second. One that was closed and opened again meanwhile is
 * somebody else's. A system with many connections leaves some out of its list while others come and go: one look is none. The timer is set from a microtask: what we interrupt may be Node in the middle of its own timers.
 */
export const closeInspectorSoon = `(() => {
  const need = process.getBuiltinModule ?? require;
  const inspector = need('inspector');
  const url = inspector.url();
  let looks = 0;
  let free = 0;
  const taken = () => {
    try {
      const port = ':' + Number(new URL(url).port).toString(16).toUpperCase().padStart(4, '0');
      return need('fs').readFileSync('/proc/self/net/tcp', 'latin1').split('\\n').map((line) => line.trim().split(/ +/))
        .some((cells) => cells[1] && cells[1].endsWith(port) && cells[3] === '01');
    } catch { return looks < 10; }
  };
  Promise.resolve().then(() => {
    const timer = setInterval(() => {
      const isOurs = inspector.url() === url;
      free = isOurs && taken() ? 0 : free + 1;
      if (isOurs && ++looks < 100 && free < 3) return;
      clearInterval(timer);
      if (isOurs && looks < 100) inspector.close();
    }, 100).unref();
  });
  return true;
})()`;
