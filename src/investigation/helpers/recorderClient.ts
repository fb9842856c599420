import { startHelper } from '../helperProcess.ts';
import type { RecorderCommand, RecorderEvent, RecorderSettings, RecorderTarget } from './recorderProtocol.ts';

/** A recorder process; it detaches from its target and ends by itself when this process goes away. */
export interface Recorder extends Disposable {
  /** Stops recording; the `ended` event follows. */
  stop(): void;
}

/** What a recorder process is started with. */
export interface RecorderLaunch {
  /** Absolute path of the built `offloop-recorder.js`. */
  readonly modulePath: string;
  readonly target: RecorderTarget;
  readonly settings: RecorderSettings;
  /** Called for each event in order; the last is `failed` or `ended`. */
  readonly onEvent: (event: RecorderEvent) => void;
  /** Called with what the process writes to its standard error, for a log. */
  readonly onLog: (text: string) => void;
}

const failed = (message: string): RecorderEvent => ({ kind: 'failed', code: 'start-failed', message });

/** Starts a recorder process and tells it to attach. */
export function startRecorder({ modulePath, target, settings, onEvent, onLog }: RecorderLaunch): Recorder {
  let over = false;
  const tell = (event: RecorderEvent): void => {
    if (over) return;
    over = event.kind === 'failed' || event.kind === 'ended';
    // The recorder keeps its end open until this one has all that it said.
    if (over) send({ kind: 'over' });
    onEvent(event);
  };
  const helper = startHelper(modulePath, {
    onLog,
    onMessage: (message) => {
      tell(message as RecorderEvent);
    },
    onGone: (why) => {
      tell(failed(`The recorder ended unexpectedly (${why}). See the log.`));
    },
  });
  const send = (command: RecorderCommand): void => {
    helper.send(command);
  };
  send({ kind: 'attach', target, settings });
  return {
    stop: () => {
      send({ kind: 'stop' });
    },
    [Symbol.dispose]: () => {
      over = true;
      helper.disconnect();
    },
  };
}
