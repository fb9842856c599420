import * as vscode from 'vscode';

/** A script of a package.json. */
export interface Script {
  readonly name: string;
  readonly command: string;
  readonly folder: string;
  readonly manager: string;
}

/** How a script ended; without an exit code when nothing tells. */
export interface ScriptEnd {
  readonly exitCode: number | null;
}

/** Each process of the script's tree gets an inspector on a port of its own: one port would go to the package manager. */
const nodeOptions = '--inspect=127.0.0.1:0';

/** A script in a terminal. It runs as a task: unlike a shell's command line, a task says when it ends, in every shell. */
export class ScriptRun implements vscode.Disposable {
  static #count = 0;
  readonly #id: string;
  readonly #listeners: vscode.Disposable;
  #processId: number | null = null;
  #end: ScriptEnd | null = null;

  private constructor() {
    ScriptRun.#count += 1;
    this.#id = String(ScriptRun.#count);
    this.#listeners = vscode.Disposable.from(
      vscode.tasks.onDidStartTaskProcess(({ execution, processId }) => {
        if (this.#isOwn(execution)) this.#processId = processId;
      }),
      vscode.tasks.onDidEndTaskProcess(({ execution, exitCode }) => {
        if (this.#isOwn(execution)) this.#end = { exitCode: exitCode ?? null };
      }),
      vscode.tasks.onDidEndTask(({ execution }) => {
        if (this.#isOwn(execution)) this.#end ??= { exitCode: null };
      }),
    );
  }

  /** Runs a script, and follows it until the run is disposed; the script goes on then. */
  static async start(script: Script): Promise<ScriptRun> {
    const run = new ScriptRun();
    try {
      await vscode.tasks.executeTask(run.#taskOf(script));
      return run;
    } catch (error) {
      run.dispose();
      throw error;
    }
  }

  /** The process below which the script's programs run; null before it has started. */
  get processId(): number | null {
    return this.#processId;
  }

  /** Null as long as the script runs. */
  get end(): ScriptEnd | null {
    return this.#end;
  }

  dispose(): void {
    this.#listeners.dispose();
  }

  #taskOf({ name, folder, manager }: Script): vscode.Task {
    const scope = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(folder)) ?? vscode.TaskScope.Workspace;
    const env = { NODE_OPTIONS: nodeOptions };
    const execution = new vscode.ShellExecution(manager, ['run', name], { cwd: folder, env });
    // With a number of its own no run is taken for an earlier one that still goes on.
    const definition = { type: 'offloop', script: name, run: this.#id };
    const task = new vscode.Task(definition, scope, `${manager} run ${name}`, 'Offloop', execution, []);
    task.presentationOptions = { reveal: vscode.TaskRevealKind.Always, focus: false };
    return task;
  }

  #isOwn({ task: { definition } }: vscode.TaskExecution): boolean {
    return definition.type === 'offloop' && definition['run'] === this.#id;
  }
}
