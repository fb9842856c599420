import { basename } from 'node:path';
import { createTwoFilesPatch } from 'diff';
import { applyEdits } from '../remedies/edits/applyEdits.ts';
import type { TextEdit } from '../remedies/plan.ts';
import type { SourceText } from '../code/sourceProvider.ts';

/** Lines around a change. */
const context = 1;

/** The change that edits make to one file, as a unified diff without its file header. */
export function fixDiff(source: SourceText, edits: readonly TextEdit[]): string {
  const own = edits.filter(({ path }) => path === source.path);
  const name = basename(source.path);
  const patch = createTwoFilesPatch(name, name, source.text, applyEdits(source.text, own), '', '', {
    context,
  });
  return patch.slice(Math.max(patch.indexOf('@@'), 0)).trimEnd();
}
