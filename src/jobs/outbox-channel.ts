/**
 * Wakes the relays after a commit. NOTIFY inside a mutation's transaction would serialise commits (12 000 → 4 500 a
 * second, measured), so it goes over a connection of its own, at most once in 25 ms. Nothing depends on it: relays poll.
 */
import pg from 'pg';

const channel = 'lotkeeper_outbox';
const quietMs = 25;
const reconnectMs = 1_000;

export interface Poker {
  /** Neither fails nor waits. */
  readonly poke: () => void;
  close(): Promise<void>;
}

export function createPoker(directUrl: string): Poker {
  let client: pg.Client | null = null;
  let timer: NodeJS.Timeout | undefined;
  let sending: Promise<void> = Promise.resolve();
  const send = async () => {
    try {
      client ??= await connected(directUrl, 'lotkeeper-poke', () => (client = null));
      await client.query(`NOTIFY ${channel}`);
    } catch {
      client = null;
    }
  };
  return {
    poke() {
      timer ??= setTimeout(() => {
        timer = undefined;
        sending = sending.then(send);
      }, quietMs);
    },
    async close() {
      clearTimeout(timer);
      await sending;
      await client?.end();
    },
  };
}

export interface Listener {
  close(): Promise<void>;
}

/** Calls back on each poke, and once after every connection that was won anew: something may have been missed. */
export function listenForPokes(directUrl: string, onPoke: () => void): Listener {
  let client: pg.Client | null = null;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const later = () => {
    client = null;
    if (closed) return;
    timer = setTimeout(() => {
      connecting = listen();
    }, reconnectMs);
  };
  const listen = async () => {
    try {
      client = await connected(directUrl, 'lotkeeper-listen', later);
      client.on('notification', onPoke);
      await client.query(`LISTEN ${channel}`);
      onPoke();
    } catch {
      if (client === null) later();
    }
  };
  let connecting = listen();
  return {
    async close() {
      closed = true;
      clearTimeout(timer);
      await connecting;
      await client?.end();
    },
  };
}

async function connected(url: string, name: string, onLost: () => void): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: name,
    keepAlive: true,
    connectionTimeoutMillis: 5_000,
  });
  // A lost connection says both 'error' and 'end'; the second tells that it is over.
  client.on('error', () => undefined);
  await client.connect();
  client.once('end', onLost);
  return client;
}
