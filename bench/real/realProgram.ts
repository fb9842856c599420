import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What is sent to a program to make it block: an HTTP request, a mail, or nothing but time. */
export interface RealRequest {
  readonly id: string;
  /** Sent so often, one after the other. */
  readonly times: number;
  readonly method?: string;
  readonly path?: string;
  readonly type?: string;
  readonly body?: string;
  /** A file that `prepare.cjs` wrote. */
  readonly bodyFile?: string;
  /** The file is sent as a mail, by SMTP, to the second port. */
  readonly mail?: boolean;
  /** Instead of a request: how long to watch a program that works by itself. */
  readonly seconds?: number;
}

/** A call as a person would point at it: 1-based line, file relative to the folder of the program. */
export interface CallPlace {
  readonly file: string;
  readonly line: number;
  readonly callee: string;
}

/** One block that is known without the product, and the call that a fix would change. */
export interface RealLabel extends CallPlace {
  /** The request that makes the program block. */
  readonly request: string;
  /** The text of the call, on its line; the clock is put around it. */
  readonly find: string;
  /** The call waits for what blocks. */
  readonly awaited?: boolean;
  readonly causes: readonly string[];
  /** Other answers that are as right; written before the first scored run, with the reason in `why`. */
  readonly also?: readonly CallPlace[];
  readonly why: string;
  /** What the clock saw, without a profiler. */
  readonly measured?: {
    readonly node: string;
    readonly delays: number;
    readonly longestMs: number;
    /** The share of the loop delay that lies within the call. */
    readonly share: number;
  };
}

/** A published program, how it is started, what is sent to it, and what is known of it. */
export interface RealProgram {
  readonly name: string;
  readonly about: string;
  /** Of the published package itself, or of a few lines that use it as its documentation shows. */
  readonly started: 'package' | 'driver';
  readonly packages: Readonly<Record<string, string>>;
  /** Versions of what they depend on, where npm cannot find those that they ask for. */
  readonly overrides?: Readonly<Record<string, string>>;
  /** Arguments of node; `{port}` and `{port2}` are replaced. */
  readonly start: readonly string[];
  /** A path that answers once the program is ready; null waits for the line `ready`. */
  readonly ready: string | null;
  readonly requests: readonly RealRequest[];
  /** Empty for a healthy program. */
  readonly labels: readonly RealLabel[];
  /** The folder with its own files. */
  readonly folder: string;
}

export const programsFolder = join('bench', 'real', 'programs');

const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));

/** All programs of the bench, in order of name. */
export async function loadPrograms(): Promise<readonly RealProgram[]> {
  const names = (await readdir(programsFolder)).sort();
  return Promise.all(
    names.map(async (name) => {
      const folder = join(programsFolder, name);
      const program = (await readJson(join(folder, 'program.json'))) as Omit<RealProgram, 'labels'>;
      const labels = (await readJson(join(folder, 'label.json'))) as readonly RealLabel[];
      return { ...program, name, labels, folder };
    }),
  );
}
