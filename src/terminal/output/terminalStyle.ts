import type { WriteStream } from 'node:tty';

/** How wide a stream is and whether it takes colour. */
export interface TerminalStyle {
  readonly color: boolean;
  readonly width: number;
}

const defaultWidth = 100;
const widest = 120;

/** Like the style of prose, for a table: as wide as the terminal, and of any width in a pipe, where nobody looks. */
export function tableStyle(stream: NodeJS.WriteStream | WriteStream): TerminalStyle {
  return { ...terminalStyle(stream), width: stream.columns || Infinity };
}

/** Colour follows NO_COLOR, FORCE_COLOR and --no-color, else whether a person is looking. */
export function terminalStyle(stream: NodeJS.WriteStream | WriteStream): TerminalStyle {
  const { NO_COLOR: none, FORCE_COLOR: forced } = process.env;
  const wanted = forced !== undefined && forced !== '' && forced !== '0';
  const refused = none !== undefined && none !== '';
  // A pipe has no isTTY, and a library that gets undefined would decide for itself.
  const isWatched = (stream as { readonly isTTY?: boolean }).isTTY === true;
  return {
    color: !refused && (wanted || isWatched),
    width: Math.min(stream.columns || defaultWidth, widest),
  };
}
