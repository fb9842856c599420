// Compiles the programs of cases: what their TypeScript reports, and JavaScript beside it for Node to run.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';
import { sourcesOf } from './workspace.mjs';

/** Declarations of Node and of the language are the same for all cases. */
const shared = new Map();

const optionsOf = ({ mode }) => ({
  strict: true,
  noEmit: true,
  target: ts.ScriptTarget.ES2022,
  lib: ['lib.es2023.d.ts', 'lib.esnext.disposable.d.ts'],
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  types: ['node'],
  skipLibCheck: true,
  allowJs: mode === 'checkjs',
  checkJs: mode === 'checkjs',
  esModuleInterop: true,
});

/** The case's own tsconfig.json where it has one. */
function compilerOptions(folder, meta) {
  const path = join(folder, 'tsconfig.json');
  if (!ts.sys.fileExists(path)) return optionsOf(meta);
  const { config } = ts.readConfigFile(path, ts.sys.readFile);
  return {
    ...ts.parseJsonConfigFileContent(config, ts.sys, folder).options,
    noEmit: true,
    skipLibCheck: true,
  };
}

/** What TypeScript reports about a program, one line each. */
export function diagnosticsOf(folder, meta) {
  const isChecked = meta.mode === 'checkjs' ? /\.[cm]?[jt]sx?$/ : /\.[cm]?tsx?$/;
  const files = [...sourcesOf(folder)]
    .filter((file) => isChecked.test(file))
    .map((file) => join(folder, file));
  if (files.length === 0 || meta.mode === 'jsx') return [];
  const options = compilerOptions(folder, meta);
  const host = ts.createCompilerHost(options);
  const { getSourceFile } = host;
  host.getCurrentDirectory = () => folder;
  host.getSourceFile = (file, ...rest) => {
    if (!file.includes('/node_modules/') || file.startsWith(folder))
      return getSourceFile.call(host, file, ...rest);
    if (!shared.has(file)) shared.set(file, getSourceFile.call(host, file, ...rest));
    return shared.get(file);
  };
  return ts.getPreEmitDiagnostics(ts.createProgram(files, options, host)).map((each) => {
    const text = ts.flattenDiagnosticMessageText(each.messageText, ' ').slice(0, 160);
    if (each.file === undefined) return `TS${each.code} ${text}`;
    const { line } = ts.getLineAndCharacterOfPosition(each.file, each.start);
    return `${relative(folder, each.file.fileName)}:${line + 1} TS${each.code} ${text}`;
  });
}

/** JavaScript beside each TypeScript and JSX file; nothing where Node strips the types itself. */
export function emit(folder, meta) {
  if (meta.mode === 'strip') return;
  for (const file of sourcesOf(folder)) {
    if (!/\.([cm]?ts|tsx|jsx)$/.test(file)) continue;
    const path = join(folder, file);
    const text = readFileSync(path, 'utf8');
    const isEsm =
      /\.mts$/.test(file) || (meta.mode === 'jsx' && !/require\(/.test(text)) || meta.mode === 'esm';
    const module = isEsm ? ts.ModuleKind.ESNext : ts.ModuleKind.CommonJS;
    const compilerOptions = {
      target: ts.ScriptTarget.ES2022,
      module,
      jsx: ts.JsxEmit.React,
      esModuleInterop: true,
    };
    const { outputText } = ts.transpileModule(text, { fileName: file, compilerOptions });
    writeFileSync(join(folder, emittedName(file, meta)), outputText);
  }
}

/** The JavaScript file that runs for a source file. */
export const emittedName = (file, { mode }) =>
  mode === 'strip'
    ? file
    : file.replace(/\.([cm]?)(ts|tsx|jsx)$/, (_, kind) => (mode === 'jsx' ? '.mjs' : `.${kind}js`));

/** Syntax errors of JavaScript files that a fix wrote. */
export function syntaxErrors(folder, files) {
  return files
    .filter((file) => /\.[cm]?js$/.test(file))
    .flatMap((file) => {
      const { status, stderr } = spawnSync(process.execPath, ['--check', join(folder, file)], {
        encoding: 'utf8',
      });
      return status === 0
        ? []
        : [stderr.split('\n').slice(0, 5).join(' ').replaceAll(folder, '').slice(0, 300)];
    });
}
