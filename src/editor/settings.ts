import * as vscode from 'vscode';
import type { PathMapping } from '../analysis/source/scriptPath.ts';
import { defaultExecutorModule } from '../fixes/executorModule.ts';
import type { RecorderSettings } from '../investigation/helpers/recorderProtocol.ts';
import { usualThresholdMs } from '../report/figures/usualThreshold.ts';
import { settingNames } from './ids.ts';
import { giveUpAfterMs } from './state/session.ts';

const severities = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  information: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
} as const;

const read = (name: string): unknown => vscode.workspace.getConfiguration('offloop').get<unknown>(name);

/** How long a block must be to count, in ms; the default if the setting is not a number of at least 1. */
export function thresholdMs(): number {
  const value = read(settingNames.threshold);
  return typeof value === 'number' && value >= 1 ? value : usualThresholdMs;
}

/** Settings of a recording below a root. */
export function recorderSettings(root: string): RecorderSettings {
  return {
    mode: read(settingNames.mode) === 'deep' ? 'deep' : 'watch',
    exactBoundaries: read(settingNames.exactBoundaries) === true,
    thresholdMs: thresholdMs(),
    giveUpAfterMs,
    root,
    mappings: pathMappings(),
  };
}

/** How paths of the target map to paths here. */
export function pathMappings(): readonly PathMapping[] {
  const value = read(settingNames.pathMappings);
  if (typeof value !== 'object' || value === null) return [];
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '';
  return Object.entries(value).flatMap(([remote, local]) =>
    // VS Code leaves variables in settings to their readers.
    typeof local === 'string' ? [{ remote, local: local.replaceAll('${workspaceFolder}', folder) }] : [],
  );
}

/** The severity of measured findings in the Problems panel. */
export function findingSeverity(): vscode.DiagnosticSeverity {
  const value = read(settingNames.severity);
  return typeof value === 'string' && Object.hasOwn(severities, value)
    ? severities[value as keyof typeof severities]
    : severities.information;
}

/** Whether numbers stand at the ends of lines while recording. */
export const showsLiveNumbers = (): boolean => read(settingNames.liveNumbers) !== false;

/** Whether code lenses stand above calls after a session. */
export const showsCodeLenses = (): boolean => read(settingNames.codeLens) !== false;

/** The name under which fixes import the executor. */
export function executorModule(): string {
  const value = read(settingNames.executorModule);
  return typeof value === 'string' && value !== '' ? value : defaultExecutorModule;
}
