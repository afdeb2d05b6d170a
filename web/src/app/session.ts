/**
 * Who is signed in, in this tab: it ends with the tab, so that a tablet that is handed on does not stay signed in. When
 * the token has run out the page stays as it is, with what was typed, until the same person has signed in again.
 */
import { useSyncExternalStore } from 'react';
import type { SignInMutation } from '../generated/graphql.ts';
import { forgetDrafts } from '../parts/use-draft.ts';

export type SignedIn = SignInMutation['login'];
export type Person = SignedIn['user'];
export type Place = Person['locations'][number];
export type Role = Person['roles'][number];

export interface Session {
  readonly signedIn: SignedIn | null;
  /** The server says that it does not know this token any more. */
  readonly hasExpired: boolean;
}

const key = 'lotkeeper.session';
/** A browser's timers reach no further. */
const longestTimeoutMs = 2_147_000_000;
const listeners = new Set<() => void>();
let current: Session = { signedIn: restored(), hasExpired: false };
let clock: ReturnType<typeof setTimeout> | undefined;
// Whoever was here before may be another.
if (current.signedIn === null) forgetDrafts();
watchClock();

function restored(): SignedIn | null {
  const kept = sessionStorage.getItem(key);
  if (kept === null) return null;
  try {
    const found: unknown = JSON.parse(kept);
    return isSignedIn(found) && Date.parse(found.expiresAt) > Date.now() ? found : null;
  } catch {
    return null;
  }
}

/** Only we write there; a version of ours that kept less is signed out. */
function isSignedIn(found: unknown): found is SignedIn {
  return typeof found === 'object' && found !== null && 'token' in found && 'expiresAt' in found && 'user' in found;
}

function change(next: Session): void {
  current = next;
  if (next.signedIn === null) {
    sessionStorage.removeItem(key);
    forgetDrafts();
  } else sessionStorage.setItem(key, JSON.stringify(next.signedIn));
  watchClock();
  for (const listener of listeners) listener();
}

function watchClock(): void {
  clearTimeout(clock);
  const { signedIn, hasExpired } = current;
  if (signedIn === null || hasExpired) return;
  const left = Date.parse(signedIn.expiresAt) - Date.now();
  clock = setTimeout(expireSession, Math.min(Math.max(left, 0), longestTimeoutMs));
}

export const session = {
  get: (): Session => current,
  signIn(signedIn: SignedIn): void {
    change({ signedIn, hasExpired: false });
  },
  signOut(): void {
    change({ signedIn: null, hasExpired: false });
  },
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export function expireSession(): void {
  if (current.signedIn !== null && !current.hasExpired) change({ ...current, hasExpired: true });
}

export function useSession(): Session {
  return useSyncExternalStore(session.subscribe, session.get);
}

/** Within the shell somebody always is. */
export function usePerson(): Person {
  const { signedIn } = useSession();
  if (signedIn === null) throw new Error('Nobody is signed in');
  return signedIn.user;
}
