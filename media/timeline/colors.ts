import type { TimelineBlock } from '../../src/editor/timeline/timelineProtocol.ts';

type Cause = TimelineBlock['cause'];

/** Tokens of the theme by cause: kinds of waiting are blue, kinds of computing warm, what nobody's code does is grey. */
const tokens: Readonly<Record<Cause, string>> = {
  'child-process': '--vscode-charts-blue',
  database: '--vscode-charts-blue',
  'sync-io': '--vscode-charts-blue',
  wait: '--vscode-charts-blue',
  crypto: '--vscode-charts-purple',
  compression: '--vscode-charts-purple',
  serialization: '--vscode-charts-orange',
  regex: '--vscode-charts-red',
  cpu: '--vscode-charts-orange',
  wasm: '--vscode-charts-orange',
  'native-addon': '--vscode-charts-purple',
  'microtask-starvation': '--vscode-charts-red',
  'module-load': '--vscode-charts-green',
  gc: '--vscode-charts-yellow',
  starved: '--vscode-disabledForeground',
  unknown: '--vscode-disabledForeground',
};

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
    return this.token(tokens[cause]);
  }
}

/** The CSS expression for the colour of a cause. */
export const cssColor = (cause: Cause): string => `var(${tokens[cause]}, gray)`;
