/**
 * What helps where a remedy is refused, by the code of the refusal. The refusal itself says what stands in the way; null
 * where it always says what helps, too. One row per code, with a section of the same name in `docs/refusals.md`;
 * `npm run generate` makes the type of the codes from this table.
 */
export const refusalAdvice = {
  'ambiguous-call': null,
  'argument-cannot-be-cloned':
    'Pass plain data (objects, arrays, strings, numbers, buffers), and make what is not plain data in the worker.',
  'argument-copy-costs-more': 'Move the code that makes the value, too, so that only a small input crosses.',
  'argument-is-written': 'Let the function return what it computes instead of writing it into its argument.',
  'build-output': null,
  'called-in-loop': 'Move the function around the outer loop, so that one trip to a worker does all rounds.',
  'caller-must-become-async': 'Make the function async, and await it in its callers.',
  'caller-cannot-become-async': 'Make the call earlier, in an async function, and hand its result in.',
  'compares-identity': 'Compare an id or a value that survives copying.',
  'depends-on-this': 'Pass what the function reads from this as arguments.',
  'does-not-compile': 'Write the types that are missing, or change the code that needs the value at once.',
  'error-shape-differs': 'Check the code or the message of the error, which survive the way.',
  'function-not-importable': 'Move the function to the top level of a module of its own, and export it.',
  'handle-cannot-cross-threads': 'Open the handle in the worker, and send the worker only plain data.',
  'in-accessor': null,
  'in-class-field': 'Compute the value first, and pass it to the constructor.',
  'in-constructor': null,
  'in-exit-handler': 'Save the data earlier, for example on SIGTERM, when the loop still runs.',
  'in-generator': 'Make it an async generator, and read it with for await.',
  'in-parameter-default': null,
  'in-sync-callback': 'Rewrite the callback as a for…of loop, in which await works.',
  'loads-a-module': 'Load the module at start-up, or load less of it.',
  'no-async-twin': 'Run the call in a worker thread.',
  'no-call-here': null,
  'not-blocking': 'Look at what the program does with the result: that may be what blocks.',
  'option-not-supported': 'Leave the option out, or run the call in a worker thread.',
  'options-not-known': 'Write the options at the call, so that they can be read there.',
  'regex-cannot-move': 'Make the pattern simpler, or limit the length of the text that it is tried on.',
  'slow-pattern': 'Change the pattern so that each character can match in one way only.',
  'result-cannot-be-cloned': 'Return plain data, and build the object from it on this side.',
  'result-copy-costs-more':
    'Move the code that uses the result, too, so that only its small outcome comes back.',
  'shared-state-across-await': 'Read the state after the wait, or keep it in a local variable.',
  'side-effect': 'Move only the computation, and do the rest with its result on this side.',
  'syntax-error': null,
  'top-level-await':
    'Leave the call as it is if it runs at start-up only; otherwise move it into an async function.',
  'twin-stays-on-loop': 'Run the call in a worker thread.',
  'unknown-callee': 'Call the function that blocks from a function of your own, and move that to a worker.',
  'unsupported-call-form': 'Write the call as a statement of its own that always runs.',
  'unsupported-remedy': 'Choose one of the other remedies.',
  'writes-captured-variable': 'Return the new value from the function, and assign it on this side.',
} as const;
