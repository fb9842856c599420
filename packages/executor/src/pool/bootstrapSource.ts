// Filled in by the build: the worker's program as text, so that no bundler can lose its file.
declare const BOOTSTRAP: string;

/** The program every worker starts with. */
export const bootstrapSource: string = BOOTSTRAP;
