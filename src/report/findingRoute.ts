import { requestRoute } from '../recording/requestRoute.ts';
import type { Report } from './report.ts';

/** The route that most blocks of a finding served, such as `POST /login`; null where none served a request. */
export function findingRoute(findingId: string, { blocks }: Pick<Report, 'blocks'>): string | null {
  const counts = new Map<string, number>();
  for (const { parts, request } of blocks) {
    if (request === null || !parts.some((part) => part.findingId === findingId)) continue;
    const route = requestRoute(request.method, request.url);
    counts.set(route, (counts.get(route) ?? 0) + 1);
  }
  let best: string | null = null;
  for (const [route, count] of counts) if (count > (counts.get(best ?? '') ?? 0)) best = route;
  return best;
}
