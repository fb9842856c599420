import { fork, type ChildProcess } from 'node:child_process';

/** This process's end of the conversation with a helper process of ours. */
export interface HelperProcess {
  /** Sends a message; one that cannot be sent is lost with the process, which is reported as gone. */
  send(message: object): void;
  /** Ends the conversation: the process then ends by itself. */
  disconnect(): void;
  readonly connected: boolean;
}

/** What a helper process says. */
export interface HelperListener {
  readonly onMessage: (message: unknown) => void;
  /** Called once, when the process is gone and everything that it said has been delivered; why, in a few words. */
  readonly onGone: (why: string) => void;
  /** Called with what the process writes to its standard error, for a log. */
  readonly onLog: (text: string) => void;
}

/** Environment that would change how a helper process runs: a debugger's hooks, options meant for the user's program. */
const ownEnvironment = (): NodeJS.ProcessEnv => {
  const { NODE_OPTIONS: _options, VSCODE_INSPECTOR_OPTIONS: _inspector, ...rest } = process.env;
  // In an extension host the executable is an Electron, which is a Node only when told so.
  return { ...rest, ELECTRON_RUN_AS_NODE: '1' };
};

const forkHelper = (modulePath: string): ChildProcess =>
  fork(modulePath, [], { env: ownEnvironment(), execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });

/**
 * Starts a helper process from a built file. A process may end while its last message, which can have many megabytes, is
 * still being read: `exit` alone does not mean that nothing more comes, the end of the channel does.
 */
export function startHelper(modulePath: string, { onMessage, onGone, onLog }: HelperListener): HelperProcess {
  const child = forkHelper(modulePath);
  let how: string | null = null;
  let isDrained = false;
  let isOver = false;
  const settle = (why: string | null): void => {
    if (isOver || why === null) return;
    isOver = true;
    onGone(why);
  };
  child.stderr?.on('data', (chunk: Buffer) => {
    onLog(chunk.toString('utf8'));
  });
  child.on('message', onMessage);
  child.on('disconnect', () => {
    isDrained = true;
    settle(how);
  });
  child.on('exit', (code, signal) => {
    how = signal ?? `exit code ${String(code)}`;
    if (isDrained) settle(how);
  });
  // A process that could not be started neither exits nor disconnects.
  child.on('error', (error) => {
    if (child.pid === undefined) settle(error.message);
  });
  return {
    send: (message) => {
      // A failed write needs no report: the end of the process follows.
      if (child.connected) child.send(message, () => undefined);
    },
    disconnect: () => {
      if (child.connected) child.disconnect();
    },
    get connected() {
      return child.connected;
    },
  };
}
