import type { FindingGroup } from '../../report/report.ts';
import type { CallTree } from '../timeline/callTree.ts';
import type { Attribution } from './attribution.ts';

/** What Node runs the main module from: everything below it is the module's first run, and what that loads. */
const mainRun = /^node:internal\/(?:main\/|modules\/run_main$|process\/pre_execution$)/;
/** Modules written as ES modules run from here, those that a running program imports as well. */
const moduleRun = /^node:internal\/modules\/esm\/(?:module_job|loader|translators|hooks|worker)$/;

/**
 * The group of a block: `starved` if the process did not get the CPU for most of it, `startup` if it belongs to the
 * first run of the main module. `hasServed`: whether the program had received a request before, so that its start was
 * over.
 */
export function groupOfBlock(
  tree: CallTree,
  parts: readonly Attribution[],
  hasServed: boolean,
): FindingGroup {
  const [first] = parts;
  if (first === undefined) return 'block';
  if (parts.some(({ leaf }) => isOfStartUp(tree, leaf, hasServed))) return 'startup';
  return first.cause === 'starved' ? 'starved' : 'block';
}

function isOfStartUp(tree: CallTree, leaf: number, hasServed: boolean): boolean {
  const urls = tree.pathToRoot(leaf).map((node) => tree.frame(node).url);
  return urls.some((url) => mainRun.test(url) || (!hasServed && moduleRun.test(url)));
}
