/**
 * Wakes the relays after a commit. NOTIFY inside a mutation's transaction would serialise commits (12 000 → 4 500 a
 * second, measured), so it goes over a connection of its own, at most once in 25 ms. Nothing depends on it: relays poll.
 */
import { postgresCarrier } from '../db/postgres-carrier.ts';

const channel = 'lotkeeper_outbox';
const quietMs = 25;

export interface Poker {
  /** Neither fails nor waits. */
  readonly poke: () => void;
  close(): Promise<void>;
}

export function createPoker(directUrl: string): Poker {
  const carrier = postgresCarrier(directUrl, { channel, listen: null, onError: nothing });
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> | null = null;
  let isWanted = false;
  const send = () => {
    timer = undefined;
    // While one is under way, which may last, the others become one after it.
    if (sending !== null || !isWanted) return;
    isWanted = false;
    sending = carrier
      .send('')
      .catch(nothing)
      .then(() => {
        sending = null;
        if (isWanted) send();
      });
  };
  return {
    poke() {
      isWanted = true;
      timer ??= setTimeout(send, quietMs);
    },
    async close() {
      clearTimeout(timer);
      isWanted = false;
      await sending;
      await carrier.close();
    },
  };
}

export interface Listener {
  close(): Promise<void>;
}

/** Calls back on each poke, and once after every connection that was won anew: something may have been missed. */
export function listenForPokes(directUrl: string, onPoke: () => void): Listener {
  return postgresCarrier(directUrl, {
    channel,
    listen: { onMessage: onPoke, onListening: onPoke },
    onError: nothing,
  });
}

function nothing(): void {
  return undefined;
}
