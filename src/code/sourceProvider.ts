/** Text of one source file as the analysis sees it. `path` is absolute with the platform's separators. */
export interface SourceText {
  readonly path: string;
  readonly text: string;
}

/** How the pure analysis gets at source text; implemented on disk by sources, with unsaved buffers by editor. */
export interface SourceProvider {
  /** The text of a file of the project, or undefined when there is none or it may not be read. */
  read(path: string): SourceText | undefined;
  /** Where a file really lies: a package that is linked into `node_modules` may be the project's own. */
  realPath?(path: string): string;
  /** When the file was last changed, ms since the epoch; undefined if unknown. */
  changedAt?(path: string): number | undefined;
}
