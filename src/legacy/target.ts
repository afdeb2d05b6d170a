/**
 * The connection through which a run writes. It holds the run's lock, so that who has lost the connection has lost the
 * lock too and writes nothing more; after a connection fault both are taken again.
 */
import pg from 'pg';
import { advisoryLocks } from '../db/advisory-locks.ts';
import { LegacyLocked } from './failure.ts';

/** A killed run's session notices within a second that nobody listens any more (client_connection_check_interval). */
const lockPatienceMs = 5_000;
const settings = {
  statement_timeout: '0',
  lock_timeout: '30s',
  idle_in_transaction_session_timeout: '0',
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  // What is not yet on disk when the machine fails is not yet done for a resumed run either: both stand in one transaction.
  synchronous_commit: 'off',
  client_connection_check_interval: '1s',
  work_mem: '32MB',
  maintenance_work_mem: '64MB',
  'lotkeeper.audited': 'on',
};

export class Target {
  #client: pg.Client;

  private constructor(
    private readonly url: string,
    client: pg.Client,
    private readonly locks: boolean,
  ) {
    this.#client = client;
  }

  /** With the lock, or without it for those who only look. */
  static async open(url: string, { locks }: { readonly locks: boolean }): Promise<Target> {
    return new Target(url, await connected(url, locks), locks);
  }

  get client(): pg.Client {
    return this.#client;
  }

  async reconnect(): Promise<void> {
    await this.close();
    this.#client = await connected(this.url, this.locks);
  }

  async sql<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    const { rows } = await this.#client.query<Row>(text, [...values]);
    return rows;
  }

  async one<Row extends object>(text: string, values: readonly unknown[] = []): Promise<Row> {
    const [row] = await this.sql<Row>(text, values);
    if (row === undefined) throw new Error('A statement that always answers one row answered none');
    return row;
  }

  /** Kept, or rolled back whatever happens. */
  async inTransaction<T>(end: 'COMMIT' | 'ROLLBACK', work: () => Promise<T>): Promise<T> {
    await this.#client.query('BEGIN');
    try {
      const result = await work();
      await this.#client.query(end);
      return result;
    } catch (error) {
      // What went wrong is what must be heard, not that a lost connection could not roll back.
      await this.#client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  async close(): Promise<void> {
    await this.#client.end().catch(() => undefined);
  }
}

async function connected(url: string, locks: boolean): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'lotkeeper-legacy',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // A lost connection is met by the statement that needs it.
  client.on('error', () => undefined);
  await client.connect();
  try {
    for (const [name, value] of Object.entries(settings)) {
      await client.query('SELECT set_config($1, $2, false)', [name, value]);
    }
    if (locks) await lock(client);
    return client;
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}

async function lock(client: pg.Client): Promise<void> {
  const until = performance.now() + lockPatienceMs;
  for (;;) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      advisoryLocks.legacy,
    ]);
    if (rows[0]?.taken === true) return;
    if (performance.now() > until) break;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new LegacyLocked('Another migration is running. Wait until it has ended: lotkeeper legacy runs.');
}
