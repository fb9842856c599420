import type * as vscode from 'vscode';
import type { Uri } from 'vscode';
import { fixAllInFile } from '../fixes/fixAllInFile.ts';
import { showFixes } from '../fixes/fixCommands.ts';
import { commandIds, innerCommandIds } from '../ids.ts';
import type { App } from '../app.ts';
import { openPlace, type OpenPlace } from '../openPlace.ts';
import { attach } from './attach.ts';
import { fixFinding } from './findings/fixFinding.ts';
import { launchScript } from './launchScript.ts';
import { openDemo } from './openDemo.ts';
import { openProfile } from './openProfile.ts';
import { profileDebugSession } from './profileDebugSession.ts';
import { profileExtensionHost } from './profileExtensionHost.ts';
import { scanWorkspace } from './scanWorkspace.ts';
import { showCause } from './findings/showCause.ts';
import { showTimeline } from './findings/showTimeline.ts';
import { compareSessions } from './compareSessions.ts';
import { exportSession } from './exportSession.ts';
import { clearFindings, removeSession, renameSession, stop } from './sessions.ts';

type Command = (app: App, ...args: never[]) => unknown;

/** Commands by id; arguments of inner commands come from our own surfaces. */
const commands: Readonly<Record<string, Command>> = {
  [commandIds.attach]: (app, argument: unknown) => attach(app, argument),
  [commandIds.launchScript]: (app) => launchScript(app),
  [commandIds.profileDebugSession]: (app) => profileDebugSession(app),
  [commandIds.profileExtensionHost]: (app, argument: unknown) => profileExtensionHost(app, argument),
  [commandIds.stop]: (app, argument: unknown) => {
    stop(app, argument);
  },
  [commandIds.showTimeline]: (app, argument: unknown) => showTimeline(app, argument),
  [commandIds.openProfile]: (app, uri: unknown) => openProfile(app, uri),
  [commandIds.scanWorkspace]: (app) => scanWorkspace(app),
  [commandIds.exportSession]: (app, argument: unknown, destination: unknown) =>
    exportSession(app, argument, destination),
  [commandIds.fixFinding]: (app, argument: unknown) => fixFinding(app, argument),
  [commandIds.fixAllInFile]: (app, argument: unknown) => fixAllInFile(app, argument),
  [commandIds.compareSessions]: (app, one: unknown, other: unknown) => compareSessions(app, one, other),
  [commandIds.renameSession]: (app, argument: unknown, name: unknown) => renameSession(app, argument, name),
  [commandIds.removeSession]: (app, argument: unknown) => {
    removeSession(app, argument);
  },
  [commandIds.clearFindings]: (app) => {
    clearFindings(app);
  },
  [commandIds.openDemo]: (app) => openDemo(app),
  [commandIds.showLog]: (app) => {
    app.resources.log.show();
  },
  [innerCommandIds.openFrame]: (app, place: OpenPlace) => openPlace(place, app.placements, app.notices),
  [innerCommandIds.showCause]: (app, cause: unknown) => showCause(app, cause),
  [innerCommandIds.showFixes]: (_app, uri: Uri, range: vscode.Range) => showFixes(uri, range),
};

/** Runs a command of the extension. */
export function runCommand(app: App, id: string, args: readonly unknown[]): unknown {
  const command = commands[id];
  if (command === undefined) throw new Error(`There is no command ${id}.`);
  return command(app, ...(args as never[]));
}
