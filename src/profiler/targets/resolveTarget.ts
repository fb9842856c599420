import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { OffloopError } from '../../base/offloopError.ts';
import { err, ok, type Result } from '../../base/result.ts';
import { fetchJson } from '../protocol/fetchJson.ts';
import { member, readString } from '../protocol/readValue.ts';

/** What a user wrote to name an endpoint, after parsing. */
export type TargetAddress =
  | { readonly kind: 'webSocket'; readonly url: string }
  | { readonly kind: 'hostPort'; readonly host: string; readonly port: number };

const expected = 'Expected host:port or ws://host:port/id.';

/** Parses `host:port`, `[::1]:port`, a port, or a `ws://` address. The error is fit for the user ('bad-input'). */
export function parseTargetAddress(target: string | number): Result<TargetAddress, OffloopError> {
  const text = String(target).trim();
  if (/^wss?:\/\//i.test(text)) {
    return URL.canParse(text) ? ok({ kind: 'webSocket', url: text }) : err(badAddress(text));
  }
  const parts = /^(?:https?:\/\/)?(?:(\[[0-9a-f:.]+\]|[^\s:/@]+):)?(\d+)\/?$/i.exec(text);
  const port = Number(parts?.[2]);
  if (parts === null) return err(badAddress(text));
  if (port < 1 || port > 65_535) {
    const message = `"${text.slice(0, 200)}" names no port: ports are whole numbers from 1 to 65535.`;
    return err(new OffloopError('bad-input', message));
  }
  return ok({ kind: 'hostPort', host: parts[1] ?? '127.0.0.1', port });
}

const badAddress = (text: string): OffloopError =>
  new OffloopError('bad-input', `"${text.slice(0, 200)}" is not an inspector address. ${expected}`);

/**
 * The web socket's url behind an address, found by asking its `/json/list`.
 * Errors: 'bad-input' for an unreadable address, 'cannot-attach' when nothing usable answers there.
 */
export async function resolveTarget(
  target: string | number,
  signal?: AbortSignal,
): Promise<Result<string, OffloopError>> {
  const address = parseTargetAddress(target);
  if (!address.ok) return address;
  if (address.value.kind === 'webSocket') {
    const url = new URL(address.value.url);
    url.hostname = await numericHost(url.hostname);
    return ok(url.href);
  }
  const { port } = address.value;
  const host = await numericHost(address.value.host);
  const list = await fetchJson(`http://${host}:${String(port)}/json/list`, signal);
  if (!list.ok) return err(unreachable(`${address.value.host}:${String(port)}`, list.error));
  return pickEndpoint(list.value, host, port);
}

/** Node's inspector refuses host names other than localhost in requests, so names are resolved first. */
async function numericHost(host: string): Promise<string> {
  if (host === 'localhost') return '127.0.0.1';
  if (host.startsWith('[') || isIP(host) !== 0) return host;
  const found = await lookup(host).catch(() => null);
  if (found === null) return host;
  return found.family === 6 ? `[${found.address}]` : found.address;
}

function unreachable(address: string, reason: string): OffloopError {
  const refused = reason.includes('ECONNREFUSED');
  const message = refused
    ? `Nothing listens on ${address}. Start the program with --inspect, or run "offloop list" to see what you can attach to.`
    : `${address} does not answer like a Node inspector (${reason}). Check the address, or run "offloop list".`;
  return new OffloopError('cannot-attach', message);
}

function pickEndpoint(list: unknown, host: string, port: number): Result<string, OffloopError> {
  const entries = Array.isArray(list) ? list.slice(0, 100) : [];
  const endpoints = entries.flatMap((entry: unknown) => {
    const url = readString(member(entry, 'webSocketDebuggerUrl'));
    if (url === null || !URL.canParse(url)) return [];
    return [{ url: new URL(url), type: readString(member(entry, 'type')) }];
  });
  const nodes = endpoints.filter((endpoint) => endpoint.type === 'node');
  const [first, second] = nodes.length > 0 ? nodes : endpoints;
  const where = `${host}:${String(port)}`;
  if (first === undefined) {
    return err(new OffloopError('cannot-attach', `${where} answers, but has no Node process to attach to.`));
  }
  if (second !== undefined) {
    const urls = (nodes.length > 0 ? nodes : endpoints).map((endpoint) => endpoint.url.href).join(', ');
    return err(
      new OffloopError(
        'cannot-attach',
        `${where} offers several targets. Attach to one of them: ${urls.slice(0, 1000)}`,
      ),
    );
  }
  // The list repeats the address the target thinks it has; behind a mapped port only the one we reached is right.
  return ok(`ws://${where}${first.url.pathname}`);
}
