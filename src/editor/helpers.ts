import { join } from 'node:path';
import * as vscode from 'vscode';
import { PlannerClient } from '../investigation/helpers/plannerClient.ts';

/** The log, the helper processes and the files of the extension. */
export class Helpers implements vscode.Disposable {
  readonly #extensionPath: string;
  /** The log of the extension. */
  readonly version: string;
  readonly log = vscode.window.createOutputChannel('Offloop', { log: true });
  #planner: PlannerClient | null = null;

  constructor(extensionPath: string, version: string) {
    this.#extensionPath = extensionPath;
    this.version = version;
  }

  /** The planner process, which starts with the first question. */
  get planner(): PlannerClient {
    this.#planner ??= new PlannerClient(this.pathOf('dist', 'offloop-planner.js'), (text) => {
      this.log.warn(text.trimEnd());
    });
    return this.#planner;
  }

  /** Absolute path of a file of the extension. */
  pathOf(...names: readonly string[]): string {
    return join(this.#extensionPath, ...names);
  }

  dispose(): void {
    this.#planner?.[Symbol.dispose]();
    this.log.dispose();
  }
}
