import pc from 'picocolors';

/** How wide the output may be, in columns, and whether it takes colour. */
export interface RenderStyle {
  readonly color: boolean;
  readonly width: number;
}

/** Narrower terminals get lines of this width and wrap them themselves. */
const narrowest = 40;

/** The colours of the output, named for what they mean. */
export interface Ink {
  readonly width: number;
  readonly title: (text: string) => string;
  readonly place: (text: string) => string;
  readonly quiet: (text: string) => string;
  readonly mark: (text: string) => string;
  readonly good: (text: string) => string;
  readonly bad: (text: string) => string;
  readonly cause: (text: string) => string;
  readonly hunk: (text: string) => string;
}

/** The colours for a style; without colour every one leaves text as it is. */
export function inkOf({ color, width }: RenderStyle): Ink {
  const colors = pc.createColors(color);
  return {
    width: Math.max(width, narrowest),
    title: colors.bold,
    place: colors.cyan,
    quiet: colors.dim,
    mark: colors.yellow,
    good: colors.green,
    bad: colors.red,
    cause: colors.magenta,
    hunk: colors.cyan,
  };
}
