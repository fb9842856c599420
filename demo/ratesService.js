import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Somebody else's service, which needs a moment to answer. It runs in a process of its own. */
const service = fork(fileURLToPath(new URL('ratesServer.js', import.meta.url)), { execArgv: [] });
const [port] = await once(service, 'message');

export const ratesUrl = `http://127.0.0.1:${port}/rates`;

process.on('exit', () => service.kill());
