import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { startRecorder, type Recorder } from '../../src/investigation/helpers/recorderClient.ts';
import type {
  RecorderEvent,
  RecorderSettings,
  RecorderTarget,
} from '../../src/investigation/helpers/recorderProtocol.ts';

/** The path of a built file. */
export const built = (name: string): string => fileURLToPath(new URL(`../../dist/${name}`, import.meta.url));
const root = fileURLToPath(new URL('../..', import.meta.url));
const settings = {
  mode: 'watch',
  exactBoundaries: false,
  thresholdMs: 50,
  giveUpAfterMs: 30_000,
  root,
  mappings: [],
} as const;

/** A recorder process under test. */
export interface Recorded {
  readonly recorder: Recorder;
  /** Settles with the first event that fits. */
  event<Kind extends RecorderEvent['kind']>(
    kind: Kind,
    fits?: (event: Extract<RecorderEvent, { kind: Kind }>) => boolean,
  ): Promise<Extract<RecorderEvent, { kind: Kind }>>;
}

/** Starts a recorder process; it is told to end when the test ends. */
export function record(target: RecorderTarget, changed: Partial<RecorderSettings> = {}): Recorded {
  const events: RecorderEvent[] = [];
  const listeners = new Set<() => void>();
  const recorder = startRecorder({
    modulePath: built('offloop-recorder.js'),
    target,
    settings: { ...settings, ...changed },
    onEvent: (event) => {
      events.push(event);
      for (const listener of [...listeners]) listener();
    },
    onLog: (text) => {
      process.stderr.write(text);
    },
  });
  onTestFinished(() => {
    recorder[Symbol.dispose]();
  });
  return {
    recorder,
    event: (kind, fits = () => true) =>
      new Promise((resolve) => {
        const look = (): void => {
          for (const event of events) {
            if (event.kind !== kind || !fits(event as never)) continue;
            listeners.delete(look);
            resolve(event as never);
            return;
          }
        };
        listeners.add(look);
        look();
      }),
  };
}
