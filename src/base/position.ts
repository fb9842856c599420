/** A place in a text, zero-based, columns in UTF-16 code units. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A stretch of text, end exclusive, zero-based. */
export interface Range {
  readonly start: Position;
  readonly end: Position;
}

/** What users see: 1-based line and column. The one place where positions are converted outward. */
export const toOneBased = ({ line, column }: Position): Position => ({ line: line + 1, column: column + 1 });

/** The position that users or reports name, zero-based. The one place where positions are converted inward. */
export const toZeroBased = ({ line, column }: Position): Position => ({ line: line - 1, column: column - 1 });
