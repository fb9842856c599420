import type { App } from '../../app.ts';
import { viewsOfSession, type FindingView } from '../../state/findingViews.ts';

/** A session, and one of its findings or none: as a lens, a link or a tree row names them. */
export interface FindingPlace {
  readonly session: { readonly id: number };
  readonly finding: string | null;
}

/** What a tree row, a lens or a hover stands for; null for other arguments. */
export function findingPlaceIn(argument: unknown): FindingPlace | null {
  if (typeof argument !== 'object' || argument === null) return null;
  const { session, view, finding } = argument as {
    readonly session?: { readonly id: number };
    readonly view?: { readonly session: { readonly id: number }; readonly id: string };
    readonly finding?: unknown;
  };
  if (view !== undefined) return { session: view.session, finding: view.id };
  if (session === undefined) return null;
  return { session, finding: typeof finding === 'string' ? finding : null };
}

/** The finding that an argument stands for; null where there is none, or it was removed. */
export function findingIn({ store }: Pick<App, 'store'>, argument: unknown): FindingView | null {
  const place = findingPlaceIn(argument);
  const session = place === null ? null : store.get(place.session.id);
  if (session === null) return null;
  return viewsOfSession(session, store.sessions).find(({ id }) => id === place?.finding) ?? null;
}
