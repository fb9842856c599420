const absolutePath = /^(?:[\\/]|[A-Za-z]:[\\/])/;

/** Whether the address of a script is that of a file: an absolute path or a `file:` url. Others are only names. */
export const isPathOrFileUrl = (url: string): boolean => url.startsWith('file://') || isAbsolutePath(url);

/** Whether a path is absolute, on any platform. */
export const isAbsolutePath = (path: string): boolean => absolutePath.test(path);
