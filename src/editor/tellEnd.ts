import * as vscode from 'vscode';
import { settingNames } from './ids.ts';
import type { Notices } from './notices.ts';
import type { SessionEnd } from './state/recordings.ts';
import type { Session } from './state/session.ts';
import { endText, hasFindings } from './view/endText.ts';

/** Says how a session ended, where its findings do not say it. */
export function tellEnd(notices: Notices, session: Session, how: SessionEnd): void {
  const { l10n } = vscode;
  const text = endText(session, how, l10n);
  if (text === null) return;
  const threshold = {
    title: l10n.t('Change Threshold'),
    run: () =>
      vscode.commands.executeCommand('workbench.action.openSettings', `offloop.${settingNames.threshold}`),
  };
  notices.info(text, ...(hasFindings(session) ? [] : [threshold]));
}
