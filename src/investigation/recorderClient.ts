import { fork, type ChildProcess } from 'node:child_process';
import type { RecorderCommand, RecorderEvent, RecorderSettings, RecorderTarget } from './recorderProtocol.ts';

/** A recorder process; it detaches from its target and ends by itself when this process goes away. */
export interface Recorder extends Disposable {
  /** Stops recording; the `ended` event follows. */
  stop(): void;
}

/** What a recorder process is started with. */
export interface RecorderLaunch {
  /** Absolute path of the built `recorderMain.js`. */
  readonly modulePath: string;
  readonly target: RecorderTarget;
  readonly settings: RecorderSettings;
  /** Called for each event in order; the last is `failed` or `ended`. */
  readonly onEvent: (event: RecorderEvent) => void;
  /** Called with what the process writes to its standard error, for a log. */
  readonly onLog: (text: string) => void;
}

/** Environment that would change how a helper process runs: a debugger's hooks, options meant for the user's program. */
const ownEnvironment = (): NodeJS.ProcessEnv => {
  const { NODE_OPTIONS: _options, VSCODE_INSPECTOR_OPTIONS: _inspector, ...rest } = process.env;
  // In an extension host the executable is an Electron, which is a Node only when told so.
  return { ...rest, ELECTRON_RUN_AS_NODE: '1' };
};

/** Starts a helper process of ours from a built file. */
export const forkHelper = (modulePath: string): ChildProcess =>
  fork(modulePath, [], { env: ownEnvironment(), execArgv: [], stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });

const failed = (message: string): RecorderEvent => ({ kind: 'failed', code: 'start-failed', message });

/** Starts a recorder process and tells it to attach. */
export function startRecorder({ modulePath, target, settings, onEvent, onLog }: RecorderLaunch): Recorder {
  const child = forkHelper(modulePath);
  let over = false;
  const tell = (event: RecorderEvent): void => {
    if (over) return;
    over = event.kind === 'failed' || event.kind === 'ended';
    onEvent(event);
  };
  const send = (command: RecorderCommand): void => {
    // A process that is gone is reported by its exit.
    if (child.connected) child.send(command, () => undefined);
  };
  child.stderr?.on('data', (chunk: Buffer) => {
    onLog(chunk.toString('utf8'));
  });
  child.on('message', (message) => {
    tell(message as RecorderEvent);
  });
  child.on('error', (error) => {
    tell(failed(`The recorder could not be started: ${error.message}.`));
  });
  child.on('exit', (code, signal) => {
    tell(failed(`The recorder ended unexpectedly (${signal ?? `exit code ${String(code)}`}). See the log.`));
  });
  send({ kind: 'attach', target, settings });
  return {
    stop: () => {
      send({ kind: 'stop' });
    },
    [Symbol.dispose]: () => {
      over = true;
      if (child.connected) child.disconnect();
    },
  };
}
