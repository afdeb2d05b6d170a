/** Whether notices reach who listens over DATABASE_DIRECT_URL: a pooler in transaction mode takes LISTEN, and gives nothing. */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { within } from '../db/within.ts';
import type { Finding, Patient } from './doctor.ts';

const patienceMs = 2_000;

export async function directFindings({ database, db }: Pick<Patient, 'database' | 'db'>): Promise<Finding[]> {
  const check = 'direct';
  const client = new pg.Client({ connectionString: database.directUrl, connectionTimeoutMillis: 3_000 });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const token = randomUUID();
    const heard = new Promise<void>((resolve) => {
      client.on('notification', ({ payload }) => {
        if (payload === token) resolve();
      });
    });
    await client.query('LISTEN lotkeeper_doctor');
    // From another connection: one that speaks to itself is heard through a pooler too.
    await db.query('SELECT pg_notify($1, $2)', ['lotkeeper_doctor', token]);
    if (await within(patienceMs, heard))
      return [{ check, health: 'OK', found: 'notices arrive over DATABASE_DIRECT_URL' }];
  } finally {
    await client.end();
  }
  const advice = 'Name the server itself in DATABASE_DIRECT_URL, past any pooler in transaction mode.';
  return [{ check, health: 'FAIL', found: 'LISTEN is taken, and no notice arrives', advice }];
}
