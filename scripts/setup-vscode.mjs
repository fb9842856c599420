// Prepares what the editor tests and `npm run vscode` need: VS Code hosts from npm, and a Chromium.
// Usage: node scripts/setup-vscode.mjs [1.139] [1.100]        without versions: all of them
import { ensureChromium } from './host/chromium.mjs';
import { HOSTS, hostOf } from './host/hosts.mjs';
import { installHost } from './host/installHost.mjs';

const wanted = process.argv.slice(2);
const say = (line) => console.log(`setup-vscode: ${line}`);

try {
  const hosts = wanted.length === 0 ? HOSTS : wanted.map(hostOf);
  for (const host of hosts) {
    const paths = await installHost(host, say);
    say(`VS Code ${host.vscode} is ready in ${paths.root}`);
  }
  say(`Chromium is ready: ${await ensureChromium(say)}`);
} catch (error) {
  console.error(`setup-vscode: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
