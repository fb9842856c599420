import crypto, { scryptSync } from 'node:crypto';

/** Signs a user in. */
export async function login(query) {
  const password = query.get('password') ?? 'correct horse battery staple';
  const hash = crypto.pbkdf2Sync(password, 'salt of ada', 210_000, 64, 'sha512'); // block: crypto pbkdf2Sync
  return { user: 'ada', hash: hash.toString('hex') };
}

/** Creates an API key that only its owner can derive again. */
export async function createApiKey(query) {
  const owner = query.get('owner') ?? 'ada';
  const key = scryptSync(owner, 'shop', 32, { N: 2 ** 15, maxmem: 2 ** 26 }); // block: crypto scryptSync
  return { owner, key: key.toString('base64url') };
}

class Session {
  constructor(user) {
    this.user = user;
    this.token = crypto.pbkdf2Sync(user, 'session', 210_000, 32, 'sha512'); // block: crypto pbkdf2Sync
  }
}

/** Opens a session; the work hides in a constructor, which cannot wait. */
export function openSession(query) {
  const session = new Session(query.get('user') ?? 'ada');
  return { user: session.user, token: session.token.toString('hex') };
}
