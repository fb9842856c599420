import type { ParsedScript } from '../../recording/recording.ts';

/** A script that names its own path (`sourceURL`) is announced by the path, while a profile has it as a url. */
const asUrl = (address: string): string =>
  address.startsWith('/') ? `file://${encodeURI(address)}` : address;

/** What the target said of its scripts. Several may have one address, or none: their numbers tell them apart. */
export class AnnouncedScripts {
  readonly #byUrl: ReadonlyMap<string, string>;
  readonly #byId: ReadonlyMap<string, ParsedScript>;
  /** Addresses that more than one script has. */
  readonly #shared = new Set<string>();

  constructor(announced: readonly ParsedScript[]) {
    const scripts = announced.map((script) => ({ ...script, url: asUrl(script.url) }));
    this.#byId = new Map(scripts.map((script) => [script.scriptId, script]));
    this.#byUrl = new Map(scripts.map(({ url, sourceMapUrl }) => [url, sourceMapUrl]));
    const seen = new Set<string>();
    for (const { url } of this.#byId.values()) {
      if (seen.has(url)) this.#shared.add(url);
      seen.add(url);
    }
  }

  /** The url of the source map of the script that was loaded last from a path; undefined when none was announced. */
  mapUrlAt(url: string): string | undefined {
    return this.#byUrl.get(asUrl(url));
  }

  /** The same of a script without a file; '' where it has no map, or where it is not known which script is meant. */
  mapUrlOf(url: string, scriptId: string): string {
    const script = this.#byId.get(scriptId);
    const address = asUrl(url);
    if (script?.url === address) return script.sourceMapUrl;
    return url === '' || this.#shared.has(address) ? '' : (this.#byUrl.get(address) ?? '');
  }

  /** A name for one script of those that share an address. */
  keyOf(url: string, scriptId: string): string {
    return this.#byId.get(scriptId)?.url === asUrl(url) ? `${url}#${scriptId}` : url;
  }
}
