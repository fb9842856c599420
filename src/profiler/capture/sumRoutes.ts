/** Requests by route, of several threads or processes together. */
export function sumRoutes(all: Iterable<readonly (readonly [string, number])[]>): Record<string, number> {
  const sums = new Map<string, number>();
  for (const routes of all)
    for (const [route, count] of routes) sums.set(route, (sums.get(route) ?? 0) + count);
  return Object.fromEntries(sums);
}
