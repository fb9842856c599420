import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type { OpenPlace } from '../openPlace.ts';
import type { Session } from '../state/session.ts';
import type { SessionStore } from '../state/sessionStore.ts';
import { frameUri } from '../surfaces/frameLinks.ts';
import { placeOfFinding, placeOfFrame } from '../surfaces/reportPlaces.ts';
import { activityText } from '../view/statusText.ts';
import { DelayLog } from './delayLog.ts';
import { blockAt, detailOf, framesOf, timelineOf } from './timelineModel.ts';
import type { BlockKey, FromTimeline, ToTimeline } from './timelineProtocol.ts';

/** A session that records changes every second; its timeline is drawn again at most this often, in ms. */
const redrawEveryMs = 1000;

/** What timelines need of the extension. */
export interface TimelinesOptions {
  readonly extensionUri: vscode.Uri;
  readonly store: SessionStore;
  /** Opens a place in a source; tells the user when it cannot. */
  readonly open: (place: OpenPlace) => void;
}

/** The event-loop timelines, one tab for each session. */
export class Timelines implements vscode.Disposable {
  readonly #options: TimelinesOptions;
  readonly #delays = new DelayLog();
  readonly #panels = new Map<number, Panel>();
  readonly #subscription: Disposable;

  constructor(options: TimelinesOptions) {
    this.#options = options;
    this.#subscription = options.store.onDidChange(() => {
      this.#delays.note(options.store.sessions);
      for (const panel of this.#panels.values()) panel.refresh();
    });
  }

  /** Shows the timeline of a session, and the longest block of a finding in it. */
  show(session: Session, finding: string | null): void {
    let panel = this.#panels.get(session.id);
    if (panel === undefined) {
      panel = new Panel(session, this.#delays, this.#options, () => this.#panels.delete(session.id));
      this.#panels.set(session.id, panel);
    }
    panel.reveal(finding);
  }

  dispose(): void {
    this.#subscription[Symbol.dispose]();
    for (const panel of [...this.#panels.values()]) panel.dispose();
  }
}

/** One tab. It outlives its session: what was drawn last stays. */
class Panel {
  readonly #options: TimelinesOptions;
  readonly #delays: DelayLog;
  readonly #panel: vscode.WebviewPanel;
  #session: Session;
  #timer: NodeJS.Timeout | null = null;
  #isReady = false;
  #finding: string | null = null;

  constructor(session: Session, delays: DelayLog, options: TimelinesOptions, onClosed: () => void) {
    this.#session = session;
    this.#delays = delays;
    this.#options = options;
    const media = vscode.Uri.joinPath(options.extensionUri, 'media');
    const dist = vscode.Uri.joinPath(options.extensionUri, 'dist');
    this.#panel = vscode.window.createWebviewPanel(
      'offloop.timeline',
      vscode.l10n.t('Event Loop: {0}', session.title),
      vscode.ViewColumn.Beside,
      { enableScripts: true, retainContextWhenHidden: true, localResourceRoots: [media, dist] },
    );
    this.#panel.iconPath = vscode.Uri.joinPath(media, 'activity.svg');
    this.#panel.onDidDispose(() => {
      if (this.#timer !== null) clearTimeout(this.#timer);
      this.#timer = null;
      onClosed();
    });
    this.#panel.webview.onDidReceiveMessage((message: FromTimeline) => {
      this.#answer(message);
    });
    this.#panel.webview.html = pageOf(this.#panel.webview, media, dist);
  }

  /** Brings the tab to the front. */
  reveal(finding: string | null): void {
    this.#panel.reveal(undefined, false);
    this.#finding = finding;
    if (this.#isReady) this.#draw();
  }

  /** Draws again soon, if the session is still there. */
  refresh(): void {
    const session = this.#options.store.get(this.#session.id);
    if (session === null || session === this.#session) return;
    this.#session = session;
    if (!this.#isReady) return;
    this.#timer ??= setTimeout(() => {
      this.#timer = null;
      this.#draw();
    }, redrawEveryMs);
  }

  dispose(): void {
    this.#panel.dispose();
  }

  #answer(message: FromTimeline): void {
    switch (message.kind) {
      case 'ready':
        this.#isReady = true;
        this.#draw();
        break;
      case 'detail': {
        const opens = (frame: Parameters<typeof frameUri>[0]): boolean =>
          frameUri(frame, this.#session.root) !== null;
        const detail = detailOf(this.#session, message.block, opens, vscode.l10n);
        if (detail !== null) this.#tell({ kind: 'detail', detail });
        break;
      }
      case 'open': {
        const place = this.#placeOf(message.block, message.part, message.frame);
        if (place !== null) this.#options.open(place);
        break;
      }
    }
  }

  #placeOf(key: BlockKey, part: number, index: number): OpenPlace | null {
    const found = blockAt(this.#session, key);
    if (found === null) return null;
    const id = found.block.parts[part]?.findingId;
    const { root } = this.#session;
    if (index >= 0) {
      const frame = framesOf(found.block, part)[index];
      return frame === undefined ? null : placeOfFrame(frame, root);
    }
    const finding = found.run.report.findings.find((each) => each.id === id);
    return finding === undefined ? null : placeOfFinding(finding, root);
  }

  #draw(): void {
    const state = activityText(this.#session, vscode.l10n);
    const data = timelineOf(this.#session, state, (run) => this.#delays.of(run), vscode.l10n);
    this.#tell({ kind: 'data', data });
    if (this.#finding !== null) this.#tell({ kind: 'choose', finding: this.#finding });
    this.#finding = null;
  }

  #tell(message: ToTimeline): void {
    void this.#panel.webview.postMessage(message);
  }
}

/** The page: no inline script, nothing from elsewhere. */
function pageOf(webview: vscode.Webview, media: vscode.Uri, dist: vscode.Uri): string {
  const nonce = randomBytes(16).toString('base64');
  const style = webview.asWebviewUri(vscode.Uri.joinPath(media, 'timeline', 'timeline.css')).toString();
  const script = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'timeline.js')).toString();
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src ${webview.cspSource}; script-src 'nonce-${nonce}'; font-src ${webview.cspSource};">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>Event loop</title>
</head>
<body>
<main id="timeline"></main>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
