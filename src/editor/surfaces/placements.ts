import * as vscode from 'vscode';
import type { FindingView } from '../state/findingViews.ts';
import { TextMap } from '../../analysis/source/textMap.ts';
import type { SessionStore } from '../state/sessionStore.ts';
import { rangeOf } from '../state/siteRange.ts';
import type { SourceSnapshots } from '../state/sourceSnapshots.ts';
import { editorRange } from '../editorRange.ts';

/** A finding and where its call is now. */
export interface Placed {
  readonly view: FindingView;
  readonly range: vscode.Range;
  /** The call itself was changed since it was measured; `range` is its line. */
  readonly edited: boolean;
}

/** Finds the place of each finding in texts as they are now: findings live with the text. */
export class Placements {
  readonly #store: SessionStore;
  readonly #snapshots: SourceSnapshots;
  /** document -> recorded text -> how one became the other */
  readonly #maps = new WeakMap<vscode.TextDocument, { version: number; maps: Map<string, TextMap> }>();

  constructor(store: SessionStore, snapshots: SourceSnapshots) {
    this.#store = store;
    this.#snapshots = snapshots;
  }

  /** The findings of an open document. */
  inDocument(document: vscode.TextDocument): readonly Placed[] {
    if (document.uri.scheme !== 'file') return [];
    const { fsPath } = document.uri;
    return this.#store.findings.flatMap((view): Placed[] => {
      const recorded = this.#snapshots.siteOf(view);
      if (recorded === null || vscode.Uri.file(recorded.path).fsPath !== fsPath) return [];
      const mapped = this.#map(document, recorded.text).map(rangeOf(recorded.site));
      if (mapped === null) return [];
      return [{ view, range: document.validateRange(editorRange(mapped.range)), edited: mapped.edited }];
    });
  }

  /** Absolute paths of files with findings, each with the places as they were recorded, for files that are not open. */
  asRecorded(): ReadonlyMap<string, readonly Placed[]> {
    const files = new Map<string, Placed[]>();
    for (const view of this.#store.findings) {
      const recorded = this.#snapshots.siteOf(view);
      if (recorded === null) continue;
      const range = rangeOf(recorded.site);
      // A file may have been changed while no window was open.
      const now = recorded.toDisk === null ? { range, edited: false } : recorded.toDisk.map(range);
      if (now === null) continue;
      const placed = { view, range: editorRange(now.range), edited: now.edited };
      files.set(recorded.path, [...(files.get(recorded.path) ?? []), placed]);
    }
    return files;
  }

  /** The finding at a position of a document, the shortest range first. */
  at(document: vscode.TextDocument, range: vscode.Range): readonly Placed[] {
    return this.inDocument(document)
      .filter((placed) => placed.range.intersection(range) !== undefined)
      .sort((a, b) => Number(b.range.contains(a.range)) - Number(a.range.contains(b.range)));
  }

  #map(document: vscode.TextDocument, recorded: string): TextMap {
    let known = this.#maps.get(document);
    if (known?.version !== document.version) {
      known = { version: document.version, maps: new Map() };
      this.#maps.set(document, known);
    }
    const map = known.maps.get(recorded) ?? new TextMap(recorded, document.getText());
    known.maps.set(recorded, map);
    return map;
  }
}
