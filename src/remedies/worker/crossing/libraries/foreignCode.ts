import ts from 'typescript';
import { ok } from '../../../../base/result.ts';
import type { Result } from '../../../../base/result.ts';
import { bareModule } from '../../../../code/catalog/catalog.ts';
import { assumptionAt } from '../../../assumption.ts';
import type { Assumption } from '../../../assumption.ts';
import { moduleRefOf } from '../../../../code/bindings.ts';
import { isUntouched } from './untouchedPackage.ts';
import type { Capture } from '../captures.ts';
import type { Refusal } from '../../../plan.ts';
import type { ProjectSources } from '../../../../code/modules/projectSources.ts';
import { refuse } from '../../../refuse.ts';
import { modelSource } from '../../../../code/sourceModel.ts';
import type { SourceModel } from '../../../../code/sourceModel.ts';

const setOf = (words: string): ReadonlySet<string> => new Set(words.split(' '));

/** Builtin modules that answer alike on every thread. */
const sameEverywhere = setOf(
  'assert assert/strict buffer crypto fs path path/posix path/win32 punycode querystring string_decoder url util util/types v8 zlib',
);
/** Builtin modules that are about this process, this thread or what is going on in it. */
const aboutThisThread = setOf(
  'async_hooks cluster diagnostics_channel domain inspector inspector/promises process repl test timers timers/promises trace_events worker_threads',
);
const builtins = setOf(
  'child_process constants dgram dns dns/promises events fs/promises http http2 https module net os perf_hooks readline readline/promises sea sqlite stream stream/consumers stream/promises stream/web sys tls tty vm wasi',
);

/** What has to hold for a builtin module or a package that code takes into a worker. */
export function checkLibrary(
  project: ProjectSources,
  model: SourceModel,
  { name, uses }: Capture,
  specifier: string,
): Result<readonly Assumption[], Refusal> {
  const [use] = uses;
  const module = bareModule(specifier);
  const place = use ?? model.file;
  if (aboutThisThread.has(module)) {
    const message = `${name} of ${specifier} belongs to this thread, and a worker is another thread.`;
    return refuse(model, place, 'side-effect', message);
  }
  if (sameEverywhere.has(module)) return ok([]);
  if (builtins.has(module))
    return ok([assumptionAt(model, place, 'worker-differs', `${name} of ${specifier}`)]);
  const setUp = settingUp(project, model, module);
  if (setUp === null && isUntouched(project, specifier)) return ok([]);
  const at = setUp ?? { model, node: place };
  return ok([assumptionAt(at.model, at.node, 'worker-differs', `${name} of ${specifier}`)]);
}

interface Place {
  readonly model: SourceModel;
  readonly node: ts.Node;
}

/** A statement that sets up a package for the process (`moment.locale('de')`), in the file or another of the project. */
function settingUp(project: ProjectSources, model: SourceModel, module: string): Place | null {
  const others = (project.files?.() ?? []).filter((path) => path !== model.path);
  const own = settingUpIn(model, module);
  if (own !== null) return { model, node: own };
  for (const path of others) {
    const source = project.read(path);
    if (source?.text.includes(module) !== true) continue;
    const other = modelSource(source);
    const node = settingUpIn(other, module);
    if (node !== null) return { model: other, node };
  }
  return null;
}

const settingUpIn = (model: SourceModel, module: string): ts.Node | null =>
  model.file.statements.find((each) => {
    if (!ts.isExpressionStatement(each)) return false;
    const { expression } = each;
    const target = ts.isCallExpression(expression)
      ? expression.expression
      : ts.isBinaryExpression(expression)
        ? expression.left
        : undefined;
    return target !== undefined && moduleRefOf(model, target)?.module === module;
  }) ?? null;
