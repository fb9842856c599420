import { isOfLoader } from '../../causes/loading/moduleLoad.ts';
import type { CallSite } from '../../../code/calls/callSite.ts';
import type { SiteFinder } from '../../callSite/siteFinder.ts';
import type { LiveFrame } from '../../source/nodeSources.ts';
import { micros } from '../../../base/units.ts';
import { siteKey, type Attribution } from '../attribution.ts';

/**
 * The call of the project from which the loader of modules was entered, however many modules load each other below it.
 * `path` runs from the leaf to the root; null where the project did not call the loader.
 */
export function loadingCall(
  finder: SiteFinder,
  path: readonly number[],
  window: number,
  live: readonly LiveFrame[],
): CallSite | null {
  const isLoader = (at: number | undefined): boolean => {
    if (at === undefined) return false;
    const { frame, kind } = finder.source(at).located;
    return isOfLoader({ frame, kind });
  };
  const entered = path.findLastIndex(
    (at, index) => isLoader(at) && kindAt(finder, path[index + 1]) === 'user',
  );
  const [caller, first] = [path[entered + 1], path[entered]];
  if (entered === -1 || caller === undefined || first === undefined) return null;
  return finder.call(caller, first, { path, window, live }) ?? finder.function(caller, window, false, first);
}

const kindAt = (finder: SiteFinder, node: number | undefined): string | null =>
  node === undefined ? null : finder.source(node).located.kind;

/** What many small modules do on being loaded is part of their loading, where one call is charged with both. */
export function withLoading(parts: readonly Attribution[]): readonly Attribution[] {
  const loading = parts.find(({ cause, site }) => cause === 'module-load' && site !== null);
  if (loading === undefined) return parts;
  const key = siteKey(loading.site, 'cpu');
  const same = parts.filter(({ site, cause }) => cause === 'cpu' && siteKey(site, cause) === key);
  const ofModules = same.reduce<number>((total, part) => total + part.duration, 0);
  // A call that loads something on its first run does more than that.
  if (ofModules > loading.duration) return parts;
  const duration = loading.duration + ofModules;
  return parts
    .filter((part) => !same.includes(part))
    .map((part) => (part === loading ? { ...loading, duration: micros(duration) } : part))
    .sort((a, b) => b.duration - a.duration);
}
