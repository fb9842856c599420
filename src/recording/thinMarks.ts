import type { Mark } from './recording.ts';

/**
 * The marks that are kept, in order: both ends of each interval of `keepUs`, and between closer marks one mark and one
 * turn of the loop per that time. Without any mark, a thousand short callbacks would look like a long one.
 */
export function thinMarks(marks: readonly Mark[], keepUs: number): readonly Mark[] {
  let keptAt = -Infinity;
  let keptTurnAt = -Infinity;
  return marks.filter((mark, index) => {
    const { kind, at } = mark;
    const sinceKept = at - (kind === 'beat' ? keptTurnAt : keptAt);
    const before = marks[index - 1]?.at ?? -Infinity;
    const after = marks[index + 1]?.at ?? Infinity;
    const isKept = kind === 'steps' || sinceKept >= keepUs || at - before >= keepUs || after - at >= keepUs;
    if (isKept && kind !== 'steps') keptAt = at;
    if (isKept && kind === 'beat') keptTurnAt = at;
    return isKept;
  });
}
