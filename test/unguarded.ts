/** Somebody past every right, to whom these tables' triggers mean nothing: what the guards exist to prevent is done by hand. */
import pg from 'pg';
import type { TestClinic } from './clinic.ts';

export async function unguarded(clinic: TestClinic, tables: readonly string[]): Promise<pg.Client> {
  const superuser = new pg.Client({ connectionString: clinic.database.adminUrl });
  await superuser.connect();
  const { rows } = await superuser.query<{ part: string }>(
    `SELECT inhrelid::regclass::text AS part FROM pg_inherits WHERE inhparent = ANY($1::text[]::regclass[])
     UNION SELECT unnest($1::text[])`,
    [tables],
  );
  for (const { part } of rows) await superuser.query(`ALTER TABLE ${part} DISABLE TRIGGER ALL`);
  return superuser;
}
