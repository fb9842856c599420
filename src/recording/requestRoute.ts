/** A number, a UUID, or a long hexadecimal id. */
const id = /^(?:\d+|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\da-f]{16,})$/i;
const longestPath = 500;

/** A request as it is shown, `GET /user/17`; the url alone where the method is not known and therefore empty. */
export const requestName = (method: string, url: string): string =>
  method === '' ? url : `${method} ${url}`;

/** The route of a request: `GET /user/:id` for `/user/17?full=1`. Segments that are ids are taken as one and the same. */
export function requestRoute(method: string, url: string): string {
  const path = (url.split(/[?#]/, 1)[0] ?? '').slice(0, longestPath);
  const segments = path.split('/').map((segment) => (id.test(segment) ? ':id' : segment));
  return requestName(method.slice(0, 16), segments.join('/'));
}
