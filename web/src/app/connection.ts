/** Whether the server can be reached, as the socket and the last call saw it. Pages say so instead of failing in silence. */
import { useSyncExternalStore } from 'react';

/** `connecting` at first; `live` with an open socket; `away` when it broke and is tried again. */
export type Connection = 'connecting' | 'live' | 'away';

const listeners = new Set<() => void>();
let state: Connection = 'connecting';

export const connection = {
  get: (): Connection => state,
  set(next: Connection): void {
    if (next === state) return;
    state = next;
    for (const listener of listeners) listener();
  },
  subscribe: (listener: () => void): (() => void) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
};

export function useConnection(): Connection {
  return useSyncExternalStore(connection.subscribe, connection.get);
}
