/** Longest request url that is kept. */
const longestUrl = 500;

/** A request url without query and fragment, which may hold secrets, unless `full` asks for them. */
export function publicUrl(url: string, full: boolean): string {
  return (full ? url : (url.split(/[?#]/, 1)[0] ?? '')).slice(0, longestUrl);
}
