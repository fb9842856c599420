/** Why a file could not be read, to be continued after a colon: `there is no such file`. */
export const whyUnreadable = (error: unknown): string =>
  (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'there is no such file' : (error as Error).message;
