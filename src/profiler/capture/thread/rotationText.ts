/**
 * What is evaluated to begin a profile and to end the previous one where no probe does it: it answers with the clock before
 * and after the start, in us of process.hrtime, and the wall clock then, ms since the epoch. `need` loads a Node built-in.
 * Through an emitter for the reason told in probe.ts.
 */
export function rotationText(need: string, next: string | undefined, previous: string | undefined): string {
  return `(() => {
    const need = ${need}, { profile, profileEnd } = need('inspector').console;
    const profiles = new (need('events'))().on('start', profile).on('end', profileEnd);
    const now = () => { const t = process.hrtime(); return t[0] * 1e6 + t[1] / 1e3; };
    const before = now(), wall = Date.now();
    ${next === undefined ? '' : `profiles.emit('start', ${JSON.stringify(next)});`}
    const after = now();
    ${previous === undefined ? '' : `profiles.emit('end', ${JSON.stringify(previous)});`}
    return [before, after, wall];
  })()`;
}
