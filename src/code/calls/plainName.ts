/** The plain name of a frame: V8 writes `Foo.bar`, `get bar`, `async bar` where the source calls `bar`. */
export function plainName(functionName: string): string {
  const words = functionName.replace(/^(?:async|get|set|new|static|bound) /, '');
  return words.split('.').at(-1) ?? words;
}
