import type { TimelineBlock } from '../../src/editor/timeline/timelineProtocol.ts';

type Cause = TimelineBlock['cause'];

/** Tokens of the theme by cause: waiting is blue, computing is warm, and what no code does is grey. */
const tokens: Readonly<Partial<Record<Cause, string>>> = {
  'child-process': '--vscode-charts-blue',
  database: '--vscode-charts-blue',
  'sync-io': '--vscode-charts-blue',
  wait: '--vscode-charts-blue',
  crypto: '--vscode-charts-purple',
  compression: '--vscode-charts-purple',
  regex: '--vscode-charts-red',
  'native-addon': '--vscode-charts-purple',
  'microtask-starvation': '--vscode-charts-red',
  'module-load': '--vscode-charts-green',
  gc: '--vscode-charts-yellow',
  starved: '--vscode-disabledForeground',
  unknown: '--vscode-disabledForeground',
};

/** The token of what computes, which is what a cause does unless the table says otherwise. */
const computing = '--vscode-charts-orange';
const tokenOf = (cause: Cause): string => tokens[cause] ?? computing;

/** The colours of the current theme; read again when the theme changes. */
export class Colors {
  #known = new Map<string, string>();

  /** Forgets what it read. */
  refresh(): void {
    this.#known = new Map();
  }

  /** The value of a token of the theme. */
  token(name: string): string {
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const value = getComputedStyle(document.documentElement).getPropertyValue(name).trim() || 'gray';
    this.#known.set(name, value);
    return value;
  }

  /** The colour of a cause. */
  of(cause: Cause): string {
    return this.token(tokenOf(cause));
  }
}

/** The CSS expression for the colour of a cause. */
export const cssColor = (cause: Cause): string => `var(${tokenOf(cause)}, gray)`;
