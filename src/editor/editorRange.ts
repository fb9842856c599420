import * as vscode from 'vscode';
import type { Range } from '../base/position.ts';

/** A range as the editor has it. */
export const editorRange = ({ start, end }: Range): vscode.Range =>
  new vscode.Range(start.line, start.column, end.line, end.column);
