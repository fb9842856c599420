import type { Result } from '../../../base/result.ts';
import type { CdpChannel } from '../../protocol/cdpConnection.ts';
import { evaluate, type EvaluationFailure } from '../../protocol/evaluate.ts';
import { ownUrl } from './withoutOwnFrames.ts';

/** Evaluates code of ours in one thread, under a name by which its samples are known. */
export class OwnCode {
  readonly #channel: CdpChannel;
  readonly #hasBuiltinModules: boolean;

  /** `hasBuiltinModules`: whether `process.getBuiltinModule` exists in the target. */
  constructor(channel: CdpChannel, hasBuiltinModules: boolean) {
    this.#channel = channel;
    this.#hasBuiltinModules = hasBuiltinModules;
  }

  /** The expression that loads a module of Node. */
  get need(): string {
    // Through the built-in module, not the command line API's profile(): a target may define a global of that name.
    return this.#hasBuiltinModules ? 'process.getBuiltinModule' : 'require';
  }

  /** The value of an expression, copied. `timeoutMs` bounds the wait. */
  run(expression: string, timeoutMs?: number): Promise<Result<unknown, EvaluationFailure>> {
    return evaluate(this.#channel, `${expression}\n//# sourceURL=${ownUrl}`, {
      commandLineApi: !this.#hasBuiltinModules,
      ...(timeoutMs === undefined ? {} : { timeoutMs }),
    });
  }
}
