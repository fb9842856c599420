import * as vscode from 'vscode';
import { toZeroBased } from '../../base/position.ts';
import type { ReportCallSite, ReportFinding, ReportStackFrame } from '../../report/report.ts';
import type { OpenPlace } from '../openPlace.ts';
import { frameUri } from './frameLinks.ts';
import { rangeOf } from '../state/siteRange.ts';

/** Where a stack frame leads; null where it has no file of the user's. */
export function placeOfFrame(frame: ReportStackFrame, root: string): OpenPlace | null {
  const uri = frameUri(frame, root);
  const position = toZeroBased(frame);
  return uri === null
    ? null
    : { uri, range: { start: position, end: position }, findingId: null, compiled: null };
}

/** Where a finding leads, wherever its call is by now; null where it has no source. */
export function placeOfFinding(
  { id, callSite }: Pick<ReportFinding, 'id' | 'callSite'>,
  root: string,
): OpenPlace | null {
  if (callSite === null || callSite.origin === 'node' || callSite.place === 'address') return null;
  const uri = vscode.Uri.joinPath(vscode.Uri.file(root), callSite.file);
  return { uri, range: rangeOf(callSite), findingId: id, compiled: compiledOf(callSite, root) };
}

function compiledOf({ compiled }: ReportCallSite, root: string): OpenPlace['compiled'] {
  if (compiled === undefined) return null;
  const position = toZeroBased(compiled);
  const uri = vscode.Uri.joinPath(vscode.Uri.file(root), compiled.file);
  return { uri, range: { start: position, end: position } };
}
