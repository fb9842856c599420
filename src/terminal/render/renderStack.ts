import type { ReportStackFrame } from '../../report/report.ts';
import type { Ink } from '../ink.ts';
import { counted } from '../../wording/numbers/formatNumbers.ts';
import { fit, printable } from '../text.ts';

const mostFrames = 8;

function placeOf({ file, line, column, kind, place }: ReportStackFrame): string {
  if (place === 'file') return file;
  return (kind === 'native' && place === undefined) || file === ''
    ? 'native'
    : `${file}:${String(line)}:${String(column)}`;
}

function frameLine(frame: ReportStackFrame): string {
  const { function: name } = frame;
  const place = placeOf(frame);
  return printable(`at ${name === '' ? '(anonymous)' : name} (${place})`);
}

/** From the leaf to the outermost frame of the project: what called that is Node, and the same for every request. */
function ownStack(stack: readonly ReportStackFrame[]): readonly ReportStackFrame[] {
  const outermost = stack.findLastIndex(({ kind }) => kind === 'user');
  return outermost === -1 ? stack : stack.slice(0, outermost + 1);
}

/** A stack from its leaf on, frames of the project standing out. */
export function renderStack(
  stack: readonly ReportStackFrame[],
  ink: Ink,
  columns: number,
): readonly string[] {
  const frames = ownStack(stack);
  const lines = frames.slice(0, mostFrames).map((frame) => {
    const line = fit(frameLine(frame), columns);
    return frame.kind === 'user' ? line : ink.quiet(line);
  });
  const more = frames.length - mostFrames;
  return more > 0 ? [...lines, ink.quiet(`… ${counted(more, 'more frame')}`)] : lines;
}
