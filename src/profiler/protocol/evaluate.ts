import { err, ok, type Result } from '../../base/result.ts';
import type { CdpChannel, CdpFailure } from './cdpConnection.ts';
import { member, readString } from './readValue.ts';

/** Why an evaluation brought no value: the call failed, or the code threw. */
export type EvaluationFailure = CdpFailure | { readonly kind: 'threw'; readonly message: string };

/** How long a target may take to answer before it counts as stuck; a blocked target answers after its block. */
export interface EvaluateOptions {
  readonly timeoutMs?: number;
  /** Adds `require` and friends to the scope; only for Node versions without `process.getBuiltinModule`. */
  readonly commandLineApi?: boolean;
}

/**
 * Evaluates an expression in the target and returns its value, copied. While the target runs JavaScript the expression
 * interrupts it; inside a native call it waits for that call.
 */
export async function evaluate(
  channel: CdpChannel,
  expression: string,
  options: EvaluateOptions = {},
): Promise<Result<unknown, EvaluationFailure>> {
  const answer = await channel.send(
    'Runtime.evaluate',
    {
      expression,
      returnByValue: true,
      silent: true,
      includeCommandLineAPI: options.commandLineApi === true,
    },
    options.timeoutMs,
  );
  if (!answer.ok) return answer;
  const exception = member(answer.value, 'exceptionDetails');
  if (exception === undefined) return ok(member(member(answer.value, 'result'), 'value'));
  const thrown = member(exception, 'exception');
  const message = readString(member(thrown, 'description'), 500) ?? readString(member(thrown, 'value'), 500);
  return err({ kind: 'threw', message: message ?? 'unknown exception' });
}

/** One sentence about a failed call, without a final full stop. */
export function describeFailure(failure: EvaluationFailure): string {
  switch (failure.kind) {
    case 'closed':
      return `the connection ended (${failure.reason})`;
    case 'protocol':
      return `the inspector refused: ${failure.message}`;
    case 'timeout':
      return 'it did not answer in time';
    case 'threw':
      return `code evaluated in it threw: ${failure.message.split('\n', 1)[0] ?? ''}`;
  }
}
