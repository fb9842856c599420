import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { freePort } from '../../../scripts/host/freePort.mjs';

const APP = path.resolve(import.meta.dirname, '..', '..', 'fixtures', 'orders');
const tsx = createRequire(import.meta.url).resolve('tsx/cli');

/**
 * Copies the TypeScript app, so that fixes can be tried on it. Its types come from here: nothing is installed yet.
 * @param {string} folder where the copy goes
 */
export async function copyOrders(folder) {
  await cp(APP, folder, { recursive: true });
  const file = path.join(folder, 'tsconfig.json');
  const config = JSON.parse(await readFile(file, 'utf8'));
  config.compilerOptions.typeRoots = [path.resolve(APP, '..', '..', '..', 'node_modules', '@types')];
  config.compilerOptions.types = ['node'];
  await writeFile(file, JSON.stringify(config, null, 2));
}

/**
 * Starts the app of a folder as a developer does: under `tsx watch`, without any inspector.
 * @param {string} folder
 */
export async function startOrders(folder) {
  const port = await freePort();
  const child = spawn(process.execPath, [tsx, 'watch', 'src/server.ts'], {
    cwd: folder,
    env: { ...process.env, PORT: String(port), NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const app = new OrdersApp(child, `http://127.0.0.1:${String(port)}`);
  await app.restarted(0);
  return app;
}

/** The running app. */
class OrdersApp {
  #child;
  #starts = 0;
  #said = [];
  #waiting = new Set();

  /**
   * @param {import('node:child_process').ChildProcess} child
   * @param {string} url
   */
  constructor(child, url) {
    this.#child = child;
    this.url = url;
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => this.#read(line));
    child.once('exit', () => this.#look());
  }

  /** How often it has come up. */
  get starts() {
    return this.#starts;
  }

  /** What it wrote, both streams. */
  get said() {
    return this.#said.join('\n');
  }

  /**
   * Waits until it has come up more often than `before`.
   * @param {number} before
   */
  async restarted(before) {
    while (this.#starts <= before) {
      if (this.#child.exitCode !== null) throw new Error(`The app ended:\n${this.said}`);
      await new Promise((resolve) => this.#waiting.add(resolve));
    }
  }

  /**
   * Asks a route; a watcher that restarts refuses connections for a moment.
   * @param {string} route
   */
  async ask(route) {
    for (;;) {
      try {
        return await (await fetch(this.url + route)).text();
      } catch (error) {
        if (this.#child.exitCode !== null) throw error;
        await this.#next();
      }
    }
  }

  /** Ends the watcher, and the app with it. */
  async stop() {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = once(this.#child, 'exit');
    this.#child.kill('SIGTERM');
    await ended;
  }

  /** The next line that it writes, or its end. */
  #next() {
    return new Promise((resolve) => this.#waiting.add(resolve));
  }

  /** @param {string} line */
  #read(line) {
    this.#said.push(line);
    if (line.startsWith('Orders listening')) this.#starts += 1;
    this.#look();
  }

  #look() {
    for (const resolve of this.#waiting) resolve();
    this.#waiting.clear();
  }
}
