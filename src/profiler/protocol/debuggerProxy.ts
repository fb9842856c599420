import { ok } from '../../base/result.ts';
import type { CdpConnection } from './cdpConnection.ts';

/** Domains whose state is the debugger's: switching them off would end debugging, switching them on tells nothing new. */
const itsOwn: ReadonlySet<string> = new Set([
  'Debugger.enable',
  'Debugger.disable',
  'Runtime.runIfWaitingForDebugger',
  'NodeRuntime.enable',
  'NodeRuntime.notifyWhenWaitingForDisconnect',
  'NodeWorker.enable',
]);
/** What js-debug is to pass on: it does so only for what was asked for. */
const events = ['Profiler.consoleProfileStarted', 'Profiler.consoleProfileFinished'];

/**
 * A connection through the proxy of js-debug, which shares the debugger's own: commands that would change what the
 * debugger relies on are answered here. Scripts are therefore not listed, but asked for when a profile names them.
 */
export async function shareWithDebugger(connection: CdpConnection): Promise<CdpConnection> {
  await connection.send('JsDebug.subscribe', { events });
  return {
    ...connection,
    send: (method, params, timeoutMs) =>
      itsOwn.has(method) ? Promise.resolve(ok({})) : connection.send(method, params, timeoutMs),
  };
}
