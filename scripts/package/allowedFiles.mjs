/**
 * What the .vsix may hold, as paths in the archive. A file that no rule allows, or a required file that is missing,
 * fails the packaging test: a package grows by decision only.
 */

/** Files that must be there, each exactly once. */
export const REQUIRED = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/package.json',
  'extension/package.nls.json',
  'extension/LICENSE.txt',
  'extension/readme.md',
  'extension/changelog.md',
  'extension/media/icon.png',
  'extension/dist/extension.js',
  'extension/dist/offloop-recorder.js',
  'extension/dist/offloop-planner.js',
  'extension/dist/cli.js',
  'extension/dist/timeline.js',
  'extension/media/timeline/timeline.css',
  'extension/dist/typescript.js',
  'extension/dist/validators.js',
  'extension/dist/offloop-executor.tgz',
  'extension/dist/THIRD-PARTY-NOTICES.txt',
  'extension/demo/server.js',
  'extension/demo/package.json',
];

/** Kinds of files that may be there as well. */
export const ALLOWED = [
  /^extension\/media\/[A-Za-z-]+\.svg$/,
  /^extension\/media\/walkthrough\/[A-Za-z-]+\.(md|svg|png)$/,
  /^extension\/docs\/(causes|remedies)\/[a-z-]+\.md$/,
  /^extension\/demo\/[A-Za-z/-]+\.(js|mjs|json|html|md)$/,
];

/**
 * What is wrong with a package's list of files; nothing when it is as allowed.
 * @param {readonly string[]} files
 * @returns {string[]}
 */
export function surprisesIn(files) {
  const missing = REQUIRED.filter((file) => !files.includes(file)).map((file) => `missing: ${file}`);
  const isAllowed = (file) => REQUIRED.includes(file) || ALLOWED.some((pattern) => pattern.test(file));
  const unexpected = files.filter((file) => !isAllowed(file)).map((file) => `not allowed: ${file}`);
  return [...missing, ...unexpected];
}
