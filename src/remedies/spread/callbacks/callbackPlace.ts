import ts from 'typescript';
import type { AssumptionCode } from '../../assumption.ts';
import { isPromise, originOf } from '../../../code/references/calleeIdentity.ts';
import type { ProjectModel } from '../../../code/references/projectModel.ts';

/** What a function passed as an argument can expect of the one it is passed to. */
export type CallbackPlace =
  /** The answer may be a promise: it is waited for, and its error is seen. */
  | { readonly kind: 'waits' }
  /** The answer is ignored, and nobody can rely on the callback having ended. */
  | { readonly kind: 'ignores' }
  /** The same, if something holds that the source does not show. */
  | { readonly kind: 'assumed'; readonly code: AssumptionCode; readonly name: string }
  /** A method that uses the answers: the call can wait for them if there is a form that does. */
  | { readonly kind: 'collects'; readonly message: string; readonly isList: boolean }
  /** The answer is ignored and the errors of a promise are not seen: the callback has to hand them on. */
  | { readonly kind: 'forwards'; readonly message: string; readonly isCertain: boolean }
  | { readonly kind: 'refused'; readonly message: string }
  | { readonly kind: 'unknown' };

/** Array methods and others that use the answer of their callback at once. */
const usesAnswer = new Set(
  'map filter some every find findIndex findLast findLastIndex reduce reduceRight flatMap sort toSorted replace replaceAll forEach each from describe suite'.split(
    ' ',
  ),
);

const timers = new Set('setTimeout setImmediate nextTick queueMicrotask'.split(' '));
const reactions = new Set('then catch finally'.split(' '));
const servers = new Set('createServer createSecureServer listen'.split(' '));
const tests = new Set('it test specify before after beforeEach afterEach beforeAll afterAll'.split(' '));
const routeVerbs = new Set('get post put patch delete options head all use route'.split(' '));

const serverModules = /^(http|https|http2|net|tls)$/;
const testModules = /^(test|mocha|vitest|jest|@jest\/globals|ava|tap|tape|uvu|bun:test|@playwright\/test)$/;
/** Libraries of which every function that takes a callback uses its answer at once. */
const helperModules = /^(lodash|underscore|ramda|lodash-es|lodash\..+)(\/|$)/;
/** Modules of Node whose functions call back once, and take no notice of the answer. */
const callingBack =
  /^(fs|child_process|zlib|crypto|dns|net|tls|http|https|http2|readline|stream|os|cluster|dgram)$/;
const timerModules = /^(timers|process)$/;

/** Events of which many follow each other, each to be dealt with before the next. */
const overlapping = /^(data|readable|drain|line|message|entry|chunk|packet|write|token|progress)$/;

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

/**
 * Judges a call like `server.on('request', fn)` by what is called and its arguments. `isAsync`: the callback gives a
 * promise already, so that for what calls it by contract, such as a framework, nothing changes.
 */
export function callbackPlaceOf(
  call: ts.CallExpression,
  framework: Framework,
  project: ProjectModel,
  isAsync = false,
): CallbackPlace {
  const callee = call.expression;
  const name = ts.isPropertyAccessExpression(callee) ? callee.name.text : callee.getText();
  const [first] = call.arguments;
  const text = first !== undefined && ts.isStringLiteralLike(first) ? first.text : null;
  const origin = originOf(project, callee) ?? '';
  if (usesAnswer.has(name) || helperModules.test(origin) || callee.getText().startsWith('JSON.')) {
    const message = `${name}() uses the result of its callback at once: rewrite it as a for…of loop first.`;
    const isMethod = ts.isPropertyAccessExpression(callee) && (name === 'map' || !helperModules.test(origin));
    if (!isMethod || !usesAnswer.has(name)) return { kind: 'refused', message };
    return { kind: 'collects', message, isList: name === 'map' };
  }
  if (name === 'setInterval') {
    return {
      kind: 'refused',
      message:
        'Runs of this setInterval callback could overlap once it waits. Start the next run when one has ended.',
    };
  }
  if (/^(on|once|addListener|addEventListener|prependListener|prependOnceListener)$/.test(name))
    return text === null ? { kind: 'unknown' } : eventPlace(project, callee, text);
  if (routeVerbs.has(name) && (name === 'use' || text?.startsWith('/') === true || text === '*'))
    return routePlace(framework, project, callee, isAsync);
  const place = placeByName(project, callee, name);
  // A timer of its own may still let others overtake what follows the wait.
  const isNews = place.kind !== 'assumed' || place.code !== 'callback-not-awaited' || timers.has(name);
  return isAsync && !isNews ? { kind: 'waits' } : place;
}

const byName = (callee: ts.Expression): CallbackPlace => ({
  kind: 'assumed',
  code: 'callback-not-awaited',
  name: `${callee.getText()}()`,
});

/** Functions of Node, of the language and of test runners, if they are these. */
function placeByName(project: ProjectModel, callee: ts.Expression, name: string): CallbackPlace {
  const isReaction = reactions.has(name) && ts.isPropertyAccessExpression(callee);
  if (isReaction) return isPromise(project, callee.expression) ? { kind: 'waits' } : byName(callee);
  const origin = originOf(project, callee) ?? '';
  if (timers.has(name)) {
    const isNode =
      timerModules.test(origin) || (origin === '(global)' && /^(process\.)?\w+$/.test(callee.getText()));
    return isNode ? { kind: 'assumed', code: 'order-of-callbacks', name: `${name}()` } : byName(callee);
  }
  if (servers.has(name)) return isServer(origin) ? { kind: 'ignores' } : byName(callee);
  if (callingBack.test(origin))
    return { kind: 'assumed', code: 'order-of-callbacks', name: `${callee.getText()}()` };
  if (!tests.has(name)) return { kind: 'unknown' };
  const isGlobal = origin === '(global)' && ts.isIdentifier(callee);
  return isGlobal || testModules.test(origin) ? { kind: 'waits' } : byName(callee);
}

const isServer = (origin: string): boolean =>
  serverModules.test(origin) || origin === 'express' || waitingFrameworks.includes(origin);

function eventPlace(project: ProjectModel, callee: ts.Expression, event: string): CallbackPlace {
  if (event === 'beforeExit') {
    const message = 'Work that a handler of "beforeExit" starts makes the event come again: do it before.';
    return { kind: 'refused', message };
  }
  if (overlapping.test(event)) {
    const message = `The next "${event}" would not wait for this handler, so one could overtake the other.`;
    return { kind: 'refused', message };
  }
  if (event.startsWith('SIG')) return { kind: 'assumed', code: 'process-ends', name: event };
  const isRequest = event === 'request' || event === 'listening';
  const emitter = ts.isPropertyAccessExpression(callee) ? originOf(project, callee.expression) : null;
  if (isRequest && isServer(emitter ?? '')) return { kind: 'ignores' };
  return { kind: 'assumed', code: 'order-of-callbacks', name: `"${event}"` };
}

function routePlace(
  framework: Framework,
  project: ProjectModel,
  callee: ts.Expression,
  isAsync: boolean,
): CallbackPlace {
  const origin = ts.isPropertyAccessExpression(callee) ? originOf(project, callee.expression) : null;
  const isOfPackage = origin !== null && origin !== '(global)';
  if (isAsync && (framework !== null || isOfPackage)) return { kind: 'waits' };
  if (framework === null) return { kind: 'unknown' };
  if (!framework.waits) {
    const message = `${framework.name} does not see the errors of an async handler: update to Express 5, or catch them and call next(error).`;
    return { kind: 'forwards', message, isCertain: isServer(origin ?? '') };
  }
  return origin !== null && isServer(origin) ? { kind: 'waits' } : byName(callee);
}
