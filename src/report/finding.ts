import type { Position, Range } from '../base/position.ts';
import type {
  Report,
  ReportBlock,
  ReportCallSite,
  ReportFinding,
  ReportPart,
  ReportStackFrame,
} from './report.ts';

/** The fields in which a report says a place; inside they are positions. */
type Places = 'line' | 'column' | 'endLine' | 'endColumn' | 'via' | 'compiled';

/** Where a finding is: the call that a fix would change, zero-based, in its file as it is now. */
export interface FindingSite extends Omit<ReportCallSite, Places> {
  readonly range: Range;
  /** Calls that lead to it, the outermost first; zero-based lines. */
  readonly via?: readonly { readonly file: string; readonly line: number; readonly callee: string }[];
  /** Where the code is in the script that ran, if its source is not on this machine and the script is. */
  readonly compiled?: { readonly file: string; readonly position: Position };
}

/** A finding as analysis and investigation work with it; `toReport` writes it into a report. */
export interface Finding extends Omit<ReportFinding, 'callSite'> {
  readonly callSite: FindingSite | null;
}

/** A frame of a stack; its position is zero-based. */
export interface StackFrame extends Omit<ReportStackFrame, 'line' | 'column'> {
  readonly position: Position;
}

/** What one finding has of a block. */
export interface FoundPart extends Omit<ReportPart, 'stack'> {
  /** Its stack, of all parts but the first, whose stack is the block's. */
  readonly stack?: readonly StackFrame[];
}

/** A block with its parts, the largest first, and the stack of the first. */
export interface FoundBlock extends Omit<ReportBlock, 'parts' | 'stack'> {
  readonly parts: readonly FoundPart[];
  readonly stack: readonly StackFrame[];
}

/** What a recording came to, before it is written as a report. */
export interface Findings extends Omit<Report, 'findings' | 'blocks'> {
  readonly findings: readonly Finding[];
  readonly blocks: readonly FoundBlock[];
}
