/** Ends a switch over a closed set: the compiler rejects it when a member is not handled. */
export function assertNever(value: never): never {
  throw new Error(`Unhandled member: ${JSON.stringify(value)}`);
}
