/** Folders with what was installed, built or measured: no source of the project's own is in them. */
export const skippedFolders: ReadonlySet<string> = new Set([
  'node_modules',
  'dist',
  'build',
  'out',
  'coverage',
  'vendor',
  'bower_components',
]);
