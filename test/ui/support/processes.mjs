import { readdir, readFile } from 'node:fs/promises';

/** The thread that V8 starts for a CPU profiler and ends with it (names are cut to 15 characters). */
const PROFILER_THREAD = 'v8:ProfEvntProc';

/**
 * The processes below a process, itself left out.
 * @param {number} root
 * @returns {Promise<{ pid: number, command: string }[]>}
 */
export async function descendantsOf(root) {
  const found = [];
  for (const pid of await childrenOf(root)) {
    found.push({ pid, command: await commandOf(pid) }, ...(await descendantsOf(pid)));
  }
  return found;
}

/**
 * Whether V8's CPU profiler runs in a process: asked of the system, not of the process.
 * @param {number} pid
 */
export async function isProfiled(pid) {
  const threads = await readdir(`/proc/${String(pid)}/task`);
  const names = await Promise.all(threads.map((id) => readOrEmpty(`/proc/${String(pid)}/task/${id}/comm`)));
  return names.some((name) => name.trim() === PROFILER_THREAD);
}

/** @param {number} pid */
async function childrenOf(pid) {
  const threads = await readdir(`/proc/${String(pid)}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((id) => readOrEmpty(`/proc/${String(pid)}/task/${id}/children`)),
  );
  return lists.flatMap((list) => list.split(' ').filter(Boolean).map(Number));
}

/** @param {number} pid */
async function commandOf(pid) {
  return (await readOrEmpty(`/proc/${String(pid)}/cmdline`)).replaceAll('\0', ' ').trim();
}

/** A process or thread may end between being listed and being read. */
async function readOrEmpty(file) {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH'].includes(error.code)) return '';
    throw error;
  }
}
