/** What the user typed cannot be carried out as it stands; the sentence says how to put it. Exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}
