/** Starts a profile, then ends another, each if it is named. Returns the clock before and after the start, in us. */
export type Rotate = (next: string | undefined, previous?: string) => number[];

/**
 * Runs inside the target, in the probe's service or without one: answers with the function that rotates console profiles. Its
 * clock is process.hrtime, `need` loads a Node built-in. It travels as text, of ASCII alone, and must not refer to anything
 * outside itself.
 */
export function rotation(need: (id: string) => any): Rotate {
  // V8 keeps a note for every place in a script that started a profile, for ever. Such a note, right behind the 0.5 MB that a
  // profile takes, kept some versions of the C library from using that memory again. So Node's own script calls.
  const { profile, profileEnd } = need('inspector').console;
  const profiles = new (need('events'))().on('start', profile).on('end', profileEnd);
  const { hrtime } = process;
  const clock = (): number => {
    const time = hrtime();
    return time[0] * 1e6 + time[1] / 1e3;
  };
  return (next, previous) => {
    const before = clock();
    if (next !== undefined) profiles.emit('start', next);
    const after = clock();
    if (previous !== undefined) profiles.emit('end', previous);
    return [before, after];
  };
}
