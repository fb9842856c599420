import type { CpuProfile, ParsedScript } from '../../../recording/recording.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import type { CdpChannel, CdpFailure } from '../../protocol/cdpConnection.ts';
import { member, readString } from '../../protocol/readValue.ts';

const maxScripts = 20_000;
/** Inline source maps longer than this are dropped, and all of them together stay below the second bound. */
const maxSourceMapUrl = 8 * 1024 * 1024;
const maxSourceMapTotal = 128 * 1024 * 1024;
const enableTimeoutMs = 60_000;
/** Running texts longer than this are not kept, and all of them together stay below the second bound. */
const maxSource = 4 * 1024 * 1024;
const maxSourceTotal = 32 * 1024 * 1024;

/**
 * The scripts a thread announced, with their source map urls. The Debugger domain slows the target down, so it is
 * enabled only for the moment in which V8 lists every script.
 */
export class ScriptLog {
  readonly #channel: CdpChannel;
  readonly #scripts = new Map<string, ParsedScript>();
  readonly #isChanged: (url: string) => boolean;
  /** Scripts whose running text was asked for. */
  readonly #asked = new Set<string>();
  #sourceMapBytes = 0;
  #sourceBytes = 0;

  /** `isChanged` selects the scripts whose running text is kept. */
  constructor(channel: CdpChannel, isChanged: (url: string) => boolean) {
    this.#channel = channel;
    this.#isChanged = isChanged;
  }

  get scripts(): readonly ParsedScript[] {
    return [...this.#scripts.values()];
  }

  /** Whether a profile names user scripts that were loaded, or whose files were changed, after the last refresh. */
  misses(profile: CpuProfile): boolean {
    return urlsOf(profile).some(([scriptId, url]) => {
      const script = this.#scripts.get(scriptId);
      return isFile(url) && (script === undefined || this.#lacksSource(script));
    });
  }

  /** Lists the scripts of the thread again, and asks for those of a profile that were not listed. */
  async refresh(profile?: CpuProfile): Promise<void> {
    await this.#withDebugger(async () => {
      // A debugger we share the connection with was told of the scripts before we came.
      for (const [scriptId, url] of profile === undefined ? [] : urlsOf(profile))
        if (isFile(url) && !isLibrary(url) && !this.#scripts.has(scriptId) && !this.#asked.has(scriptId))
          await this.#learnScript(scriptId, url);
      for (const script of this.#scripts.values())
        if (this.#lacksSource(script)) await this.#learnSource(script);
    });
  }

  #lacksSource({ scriptId, url }: ParsedScript): boolean {
    return !this.#asked.has(scriptId) && !isLibrary(url) && this.#isChanged(url);
  }

  async #learnScript(scriptId: string, url: string): Promise<void> {
    this.#asked.add(scriptId);
    const source = await sourceOf(this.#channel, scriptId);
    if (!source.ok) return;
    this.#add({ scriptId, url, sourceMapURL: mapUrlIn(source.value) });
    const script = this.#scripts.get(scriptId);
    if (script !== undefined && this.#isChanged(url)) this.#keepSource(script, source);
  }

  async #learnSource(script: ParsedScript): Promise<void> {
    this.#asked.add(script.scriptId);
    this.#keepSource(script, await sourceOf(this.#channel, script.scriptId));
  }

  #keepSource(script: ParsedScript, source: Result<string, CdpFailure>): void {
    const total = this.#sourceBytes + (source.ok ? source.value.length : 0);
    if (!source.ok || source.value.length > maxSource || total > maxSourceTotal) return;
    this.#sourceBytes = total;
    this.#scripts.set(script.scriptId, { ...script, source: source.value });
  }

  async #withDebugger(use: () => Promise<void>): Promise<void> {
    const stopListening = this.#channel.on('Debugger.scriptParsed', (params) => {
      this.#add(params);
    });
    try {
      await this.#channel.send('Debugger.enable', {}, enableTimeoutMs);
      await use();
    } finally {
      await this.#channel.send('Debugger.disable', {}, enableTimeoutMs);
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
      // The text of a script never changes: what was fetched once stays right.
      ...this.#scripts.get(scriptId),
      scriptId,
      url,
      sourceMapUrl: total <= maxSourceMapTotal ? sourceMapUrl : '',
    });
  }
}

async function sourceOf(channel: CdpChannel, scriptId: string): Promise<Result<string, CdpFailure>> {
  const answer = await channel.send('Debugger.getScriptSource', { scriptId }, enableTimeoutMs);
  if (!answer.ok) return answer;
  const source = member(answer.value, 'scriptSource');
  if (typeof source === 'string') return ok(source);
  return err({ kind: 'protocol', code: 0, message: 'no text for this script' });
}

const urlsOf = (profile: CpuProfile): readonly (readonly [string, string])[] => [
  ...new Map(profile.nodes.map(({ callFrame }) => [callFrame.scriptId, callFrame.url])),
];

/** What V8 takes for the url of the map: the last such comment. */
function mapUrlIn(text: string): string {
  const at = Math.max(text.lastIndexOf('//# sourceMappingURL='), text.lastIndexOf('//@ sourceMappingURL='));
  return at < 0 ? '' : (/^\S+/.exec(text.slice(at + '//# sourceMappingURL='.length))?.[0] ?? '');
}

const isLibrary = (url: string): boolean => url.includes('/node_modules/');
const isFile = (url: string): boolean => url !== '' && !url.startsWith('node:') && !url.startsWith('wasm:');
