import ts from 'typescript';

/** What a function passed as an argument can expect of the one it is passed to. */
export type CallbackPlace =
  /** The answer is ignored or may be a promise. */
  | { readonly kind: 'waits' }
  /** `list.map(fn)`: the answers are collected, so they can be awaited together. */
  | { readonly kind: 'map' }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unknown' };

/** Array methods and others that use the answer of their callback at once. */
const usesAnswer = new Set(
  'filter some every find findIndex findLast findLastIndex reduce reduceRight flatMap sort toSorted replace replaceAll forEach from describe suite'.split(
    ' ',
  ),
);

/** Functions that run a callback later or take a promise for an answer. */
const waits = new Set(
  'createServer setTimeout setImmediate nextTick queueMicrotask then catch finally listen it test specify before after beforeEach afterEach beforeAll afterAll'.split(
    ' ',
  ),
);

const routeVerbs = new Set('get post put patch delete options head all use route'.split(' '));

/** Events after which nothing follows on the same source that would rely on the handler having ended. */
const finalEvents = /^(request|end|finish|close|listening|error|SIG\w+|click)$/;

/** What the project's web framework does with the promise of an async handler; null when none is known. */
export type Framework = { readonly name: string; readonly waits: boolean } | null;

/** Frameworks that wait for their handlers, in any version that is in use. */
const waitingFrameworks = 'fastify koa @koa/router koa-router hono h3 @hapi/hapi elysia'.split(' ');
const firstExpressThatCatches = 5;

/** The web framework among the dependencies of a project, by their version ranges. */
export function frameworkOf(dependencies: Readonly<Record<string, string>>): Framework {
  const express = dependencies['express'];
  if (express !== undefined) {
    const major = Number(/\d+/.exec(express)?.[0] ?? 0);
    return {
      name: `Express ${major > 0 ? String(major) : express}`,
      waits: major >= firstExpressThatCatches,
    };
  }
  const name = waitingFrameworks.find((each) => dependencies[each] !== undefined);
  return name === undefined ? null : { name, waits: true };
}

/** Judges a call like `server.on('request', fn)` by name and arguments. */
export function callbackPlaceOf(
  call: ts.CallExpression | ts.NewExpression,
  framework: Framework,
): CallbackPlace {
  const callee = call.expression;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
  if (ts.isNewExpression(call)) {
    return { kind: 'refused', message: `new ${name}(…) uses the function before it could have waited.` };
  }
  const [first] = call.arguments;
  const text = first !== undefined && ts.isStringLiteralLike(first) ? first.text : null;
  if (name === 'map' && ts.isPropertyAccessExpression(callee)) return { kind: 'map' };
  if (usesAnswer.has(name)) {
    return {
      kind: 'refused',
      message: `${name}() uses the answer of its callback at once: rewrite it as a for…of loop first.`,
    };
  }
  if (name === 'setInterval') {
    return {
      kind: 'refused',
      message:
        'Runs of this setInterval callback could overlap once it waits: start the next one when it has ended.',
    };
  }
  if (/^(on|once|addListener|addEventListener|prependListener)$/.test(name))
    return text === null ? { kind: 'unknown' } : eventPlace(text);
  if (routeVerbs.has(name) && (name === 'use' || text?.startsWith('/') === true || text === '*'))
    return routePlace(framework);
  return waits.has(name) ? { kind: 'waits' } : { kind: 'unknown' };
}

function eventPlace(event: string): CallbackPlace {
  if (finalEvents.test(event)) return { kind: 'waits' };
  const message = `The next "${event}" would not wait for this handler to end, so they could overtake each other.`;
  return { kind: 'refused', message };
}

function routePlace(framework: Framework): CallbackPlace {
  if (framework === null) return { kind: 'unknown' };
  if (framework.waits) return { kind: 'waits' };
  const message = `${framework.name} does not see the errors of an async handler: update to Express 5, or catch them and call next(error).`;
  return { kind: 'refused', message };
}
