import type { CpuProfile, ParsedScript } from '../analysis/recording.ts';
import { err, ok, type Result } from '../base/result.ts';
import type { CdpChannel, CdpFailure } from './cdpConnection.ts';
import { member, readString } from './readValue.ts';

const maxScripts = 20_000;
/** Inline source maps longer than this are dropped, and all of them together stay below the second bound. */
const maxSourceMapUrl = 8 * 1024 * 1024;
const maxSourceMapTotal = 128 * 1024 * 1024;
const enableTimeoutMs = 60_000;

/**
 * The scripts a thread announced, with their source map urls. The Debugger domain slows the target down, so it is
 * enabled only for the moment in which V8 lists every script.
 */
export class ScriptLog {
  readonly #scripts = new Map<string, ParsedScript>();
  #sourceMapBytes = 0;

  get scripts(): readonly ParsedScript[] {
    return [...this.#scripts.values()];
  }

  /** Whether a profile names user scripts that were loaded after the last refresh. */
  misses(profile: CpuProfile): boolean {
    return profile.nodes.some(
      ({ callFrame }) => isFile(callFrame.url) && !this.#scripts.has(callFrame.scriptId),
    );
  }

  /** Lists the scripts of the thread again. */
  async refresh(channel: CdpChannel): Promise<void> {
    await this.#withDebugger(channel, () => Promise.resolve());
  }

  /** The text of a script as the target runs it. */
  async readSource(channel: CdpChannel, scriptId: string): Promise<Result<string, CdpFailure>> {
    const answer = await this.#withDebugger(channel, () =>
      channel.send('Debugger.getScriptSource', { scriptId }),
    );
    if (!answer.ok) return answer;
    const source = member(answer.value, 'scriptSource');
    if (typeof source === 'string') return ok(source);
    return err({ kind: 'protocol', code: 0, message: 'no text for this script' });
  }

  async #withDebugger<T>(channel: CdpChannel, use: () => Promise<T>): Promise<T> {
    const stopListening = channel.on('Debugger.scriptParsed', (params) => {
      this.#add(params);
    });
    try {
      await channel.send('Debugger.enable', {}, enableTimeoutMs);
      return await use();
    } finally {
      await channel.send('Debugger.disable', {}, enableTimeoutMs);
      stopListening();
    }
  }

  #add(params: unknown): void {
    const scriptId = readString(member(params, 'scriptId'), 32);
    const url = readString(member(params, 'url'));
    if (scriptId === null || url === null || !isFile(url) || this.#scripts.size >= maxScripts) return;
    const mapUrl = member(params, 'sourceMapURL');
    const sourceMapUrl = typeof mapUrl === 'string' && mapUrl.length <= maxSourceMapUrl ? mapUrl : '';
    const total = this.#sourceMapBytes + (this.#scripts.has(scriptId) ? 0 : sourceMapUrl.length);
    this.#sourceMapBytes = Math.min(total, maxSourceMapTotal);
    this.#scripts.set(scriptId, {
      scriptId,
      url,
      sourceMapUrl: total <= maxSourceMapTotal ? sourceMapUrl : '',
    });
  }
}

const isFile = (url: string): boolean => url !== '' && !url.startsWith('node:') && !url.startsWith('wasm:');
