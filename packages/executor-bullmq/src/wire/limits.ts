/** Bytes of arguments, and of results, that a task may have unless the options say otherwise. */
export const defaultMaxPayload = 1_048_576;

/** Results up to this size travel with the event that announces them; larger ones are fetched by whoever waits. */
export const inlineBytes = 3_072;

/** How long a result is kept unless the options say otherwise, ms. */
export const defaultResultTtl = 3_600_000;

/** Bytes that a value of progress may have; larger ones are not passed on. */
export const progressBytes = 16_384;
