import { join } from 'node:path';
import * as vscode from 'vscode';
import { PlannerClient } from '../investigation/helpers/plannerClient.ts';

/** What the installed extension brings with it: its files, its version, its log, and the planner process. */
export class ExtensionResources implements vscode.Disposable {
  readonly #extensionPath: string;
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
