import { readFileSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { jsonValue } from '../remedies/edits/jsonEdits.ts';
import type { SourceText } from '../code/sourceProvider.ts';
import { entriesIn } from './entriesIn.ts';
import { skippedFolders } from './skippedFolders.ts';
import { isFile } from './statOf.ts';

/** Hidden folders of tools: unlike others that are hidden, they hold nothing that anybody wrote for this project. */
const toolFolders =
  /^\.(git|hg|svn|next|nuxt|svelte-kit|output|cache|turbo|parcel-cache|nyc_output|yarn|pnpm-store|vscode-test|idea)$/;
/** Scripts in `build` may call code of the project. */
const isSkipped = (folder: string): boolean =>
  (folder !== 'build' && skippedFolders.has(folder)) || toolFolders.test(folder);
/** Endings of files that may call code of the project: sources, pages, templates, scripts. JSON is data, such as reports. */
const calling = new Set(
  '.js .mjs .cjs .jsx .ts .mts .cts .tsx .html .htm .vue .svelte .astro .mdx .ejs .pug .hbs .coffee .civet .yml .yaml .sh .bash'.split(
    ' ',
  ),
);
const lockFile = /[-.]lock\.ya?ml$/;
/** More files than this are not looked at. */
const mostFiles = 5000;
/** Larger files are data. Bytes. */
const largest = 500_000;

/** The folder of the workspace that a package belongs to, else its own: where callers of its code may be. */
export function worldRoot(packageFolder: string): string {
  for (let folder = dirname(packageFolder); folder !== dirname(folder); folder = dirname(folder)) {
    if (isFile(join(folder, 'pnpm-workspace.yaml')) || isFile(join(folder, 'lerna.json'))) return folder;
    if (workspacesOf(join(folder, 'package.json'))) return folder;
  }
  return packageFolder;
}

function workspacesOf(path: string): boolean {
  if (!isFile(path)) return false;
  try {
    return jsonValue(JSON.parse(readFileSync(path, 'utf8')) as unknown, ['workspaces']) !== undefined;
  } catch {
    return false; // Not a manifest that could name workspaces.
  }
}

/** Texts under a folder that may hold callers and are not among the sources that are parsed anyway. */
export function worldTexts(root: string, parsed: ReadonlySet<string>): readonly SourceText[] {
  const found: SourceText[] = [];
  const pending = [root];
  for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
    for (const entry of entriesIn(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory() && !isSkipped(entry.name)) pending.push(path);
      if (!entry.isFile() || parsed.has(path) || !mayCall(entry.name)) continue;
      const text = textOf(path);
      if (text !== null) found.push({ path, text });
      if (found.length >= mostFiles) return found;
    }
  }
  return found;
}

const mayCall = (name: string): boolean =>
  !lockFile.test(name) &&
  !name.endsWith('.d.ts') &&
  (calling.has(extname(name)) ||
    (extname(name) === '' && !/^(LICEN[CS]E|NOTICE|AUTHORS|CHANGELOG|README)/i.test(name)));

function textOf(path: string): string | null {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (stat === undefined || stat.size > largest) return null;
  const text = readFileSync(path, 'utf8');
  return text.includes('\0') || isGenerated(text) || isDocument(path, text) ? null : text;
}

/** What a compiler or bundler wrote names everything that its sources name. */
const isGenerated = (text: string): boolean => /\n\/\/# sourceMappingURL=\S+\s*$/.test(text);

/** A page that runs nothing, such as a report: what stands in it is read by people. */
const isDocument = (path: string, text: string): boolean =>
  /\.html?$/.test(path) && !/<script|\son\w+\s*=|javascript:|\{\{|<%/i.test(text);
