/** The module name that fixes import the executor from, unless a setting or an option names another. */
export const defaultExecutorModule = '@offloop/executor';
