/**
 * The connection to the old system's database. Nothing but SELECT is said to it (COPY of a SELECT included), in read-only
 * transactions that see one moment.
 */
import pg from 'pg';
import type { SourceAddress } from './legacy-options.ts';

const settings = {
  statement_timeout: '0',
  idle_in_transaction_session_timeout: '0',
  lock_timeout: '30s',
  TimeZone: 'UTC',
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'iso_8601',
  bytea_output: 'hex',
  extra_float_digits: '1',
  row_security: 'off',
};

export async function connectOld({ ssl, ...address }: SourceAddress): Promise<pg.Client> {
  const client = new pg.Client({
    ...address,
    ssl: ssl === 'off' ? false : { rejectUnauthorized: ssl === 'on' },
    application_name: 'lotkeeper-legacy',
    connectionTimeoutMillis: 10_000,
    keepAlive: true,
  });
  // A lost connection is met by the statement that needs it.
  client.on('error', () => undefined);
  await client.connect();
  return client;
}

/** One moment, seen by all statements of the work; the transaction can write nothing and ends without a trace. */
export async function inSnapshot<T>(address: SourceAddress, work: (old: pg.Client) => Promise<T>): Promise<T> {
  const old = await connectOld(address);
  try {
    await old.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    for (const [name, value] of Object.entries(settings)) {
      await old.query('SELECT set_config($1, $2, true)', [name, value]);
    }
    const result = await work(old);
    await old.query('ROLLBACK');
    return result;
  } finally {
    await old.end().catch(() => undefined);
  }
}
