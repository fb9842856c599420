import { isBuiltin } from 'node:module';
import ts from 'typescript';
import type { ProjectSources } from '../modules/projectSources.ts';

/** Ways to hand something to other files, or to be handed it, that imports do not show. */
const otherWays = /\b(?:exports?|module|this|globalThis|global|self|window|eval|Function)\b/;
/** A module loaded by a name that is computed. */
const computedLoad = /\b(?:require|import)\s*\(\s*(?!['"])/;

const narrowed = new WeakMap<ProjectSources, Map<string, ProjectSources>>();

/**
 * The project as far as it can call functions of a file: that file alone where it exports nothing and imports nothing but
 * Node's modules, as many a program's main file does. To parse all others only to find that they cannot know it takes
 * seconds in a large project.
 */
export function filesThatMayCall(project: ProjectSources, path: string): ProjectSources {
  const text = project.files === null ? undefined : project.read(path)?.text;
  if (text === undefined || !isAlone(text) || project.files?.() === null) return project;
  const ofProject = narrowed.get(project) ?? new Map<string, ProjectSources>();
  narrowed.set(project, ofProject);
  const known = ofProject.get(path) ?? { ...project, files: () => [path] };
  ofProject.set(path, known);
  return known;
}

function isAlone(text: string): boolean {
  if (otherWays.test(text) || computedLoad.test(text)) return false;
  const { importedFiles } = ts.preProcessFile(text, true, true);
  return importedFiles.every(({ fileName }) => isBuiltin(fileName));
}
