/**
 * Closes the inspector as soon as nobody is connected to it, ourselves included, so that it is closed also when we die in
 * the midst of leaving. Where the system does not tell, after a second. The timer is set from a microtask: what we
 * interrupt may be Node in the middle of its own timers.
 */
export const closeInspectorSoon = `(() => {
  const need = process.getBuiltinModule ?? require;
  const inspector = need('inspector');
  let looks = 0;
  const taken = () => {
    try {
      const port = ':' + Number(new URL(inspector.url()).port).toString(16).toUpperCase().padStart(4, '0');
      return need('fs').readFileSync('/proc/self/net/tcp', 'latin1').split('\\n').map((line) => line.trim().split(/ +/))
        .some((cells) => cells[1] && cells[1].endsWith(port) && cells[3] === '01');
    } catch { return looks < 10; }
  };
  Promise.resolve().then(() => {
    const timer = setInterval(() => {
      if (++looks < 100 && taken()) return;
      clearInterval(timer);
      if (looks < 100) inspector.close();
    }, 100).unref();
  });
  return true;
})()`;
