import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { OffloopError } from '../base/offloopError.ts';
import { err, ok, type Result } from '../base/result.ts';
import { microsToMillis, micros } from '../base/units.ts';
import type { CpuProfile, Recording } from '../recording/recording.ts';
import { parseCpuProfile } from '../recording/parseCpuProfile.ts';
import { counted } from '../wording/numbers/formatNumbers.ts';
import { whyUnreadable } from './whyUnreadable.ts';

const badProfile = (message: string, cause?: unknown): Result<never, OffloopError> =>
  err(new OffloopError('bad-profile', message, cause === undefined ? {} : { cause }));

/** A JSON text that ends before its outermost object is closed was cut short while being written or copied. */
function isCutShort(text: string): boolean {
  if (!text.trimStart().startsWith('{')) return false;
  let open = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '\\' && inString) at += 1;
    else if (character === '"') inString = !inString;
    else if (inString) continue;
    else if (character === '{' || character === '[') open += 1;
    else if (character === '}' || character === ']') open -= 1;
  }
  return inString || open > 0;
}

/** What else a file may be, by how it begins. */
function otherFormat(text: string): string | null {
  if (text.startsWith('\u001f')) return 'It is compressed with gzip: unpack it first.';
  return null;
}

function parseJson(text: string, name: string): Result<unknown, OffloopError> {
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    if (text.trim() === '') return badProfile(`${name} is empty: record it again.`, error);
    if (isCutShort(text)) {
      const size = counted(Buffer.byteLength(text), 'byte');
      return badProfile(
        `${name} is truncated: it ends in the middle, after ${size}. The program was probably killed while it wrote the profile; let it exit by itself and record again.`,
        error,
      );
    }
    const what = otherFormat(text) ?? 'It is not JSON. Record one with "node --cpu-prof app.js".';
    return badProfile(`${name} is not a CPU profile. ${what}`, error);
  }
}

/** A profile file as a recording of one thread; whatever a file cannot tell is null. */
export function recordingOfProfile(profile: CpuProfile, title: string): Recording {
  const spans = [...profile.timeDeltas].filter((delta) => delta > 0).sort((a, b) => a - b);
  const interval = spans[spans.length >> 1];
  return {
    target: { pid: null, node: null, title, url: null, debuggerAttached: null },
    startedAt: null,
    durationMs: microsToMillis(micros(profile.endTime - profile.startTime)),
    intervalMs: interval === undefined ? null : microsToMillis(micros(Math.round(interval / 100) * 100)),
    unobservedMs: null,
    markKinds: [],
    threads: [{ id: 'main', pid: null, windows: [profile], marks: [], scripts: [] }],
    loop: null,
  };
}

/** Reads a `.cpuprofile` file. The error says what is wrong with the file and what to do. */
export async function readProfileFile(path: string): Promise<Result<Recording, OffloopError>> {
  const name = basename(path);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    return badProfile(`Cannot read ${path}: ${whyUnreadable(error)}.`, error);
  }
  const value = parseJson(text, name);
  if (!value.ok) return value;
  const profile = parseCpuProfile(value.value);
  if (!profile.ok) {
    return badProfile(
      `${name} is not a CPU profile as V8 writes it: ${profile.error.reason}. Record one with "node --cpu-prof app.js".`,
    );
  }
  return ok(recordingOfProfile(profile.value, name));
}
