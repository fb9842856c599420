/** Stable reasons for which Offloop stops; each has an exit code on the command line. */
export type OffloopErrorCode =
  | 'cannot-attach'
  | 'target-died'
  | 'bad-profile'
  | 'bad-input'
  | 'start-failed'
  | 'write-failed'
  | 'cancelled';

/** An error with a stable code and a sentence that tells the user what to do next. */
export class OffloopError extends Error {
  override readonly name = 'OffloopError';
  readonly code: OffloopErrorCode;

  constructor(code: OffloopErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
