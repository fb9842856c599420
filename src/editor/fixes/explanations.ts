import type * as vscode from 'vscode';
import type { PlannedRemedy } from '../../investigation/helpers/plannerProtocol.ts';

/** Why one remedy is not possible, with the place that stands in the way. */
export interface Reason {
  readonly title: string;
  readonly refusal: NonNullable<PlannedRemedy['refusal']>;
}

interface Explanation {
  readonly uri: string;
  readonly version: number;
  readonly range: vscode.Range;
  readonly reasons: readonly Reason[];
}

/** The explanation that the user asked for last; the hover of its call shows it until the text changes. */
export class Explanations {
  #last: Explanation | null = null;

  set(document: vscode.TextDocument, range: vscode.Range, reasons: readonly Reason[]): void {
    this.#last = { uri: document.uri.toString(), version: document.version, range, reasons };
  }

  /** The reasons that are told at a position; none where nobody asked. */
  at(document: vscode.TextDocument, position: vscode.Position): readonly Reason[] {
    const last = this.#last;
    const isIt =
      last?.uri === document.uri.toString() &&
      last.version === document.version &&
      last.range.contains(position);
    return isIt ? last.reasons : [];
  }
}
