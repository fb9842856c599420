const reported = new Set<string>();

/** Warns once for each function and path where a value arrived without its class or accessors. */
export function reportDegraded(name: string, paths: readonly string[] | undefined): void {
  for (const path of paths ?? []) {
    const text = `${name}: ${path} arrives as a plain object; methods, accessors and its class stay behind`;
    if (reported.has(text)) continue;
    reported.add(text);
    process.emitWarning(text, { type: 'ExecutorWarning', code: 'OFFLOOP_EXECUTOR_DEGRADED' });
  }
}
