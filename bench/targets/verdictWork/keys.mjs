import { pbkdf2Sync } from 'node:crypto';

const rounds = 90_000;

export function keyOf(size) {
  return pbkdf2Sync('password', 'salt', Math.round(rounds * size), 32, 'sha256').toString('hex');
}
