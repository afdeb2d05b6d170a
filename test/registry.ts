/** A registry of patients in a test's database, as a migration finds it. */
import type pg from 'pg';
import { v7 as uuid } from 'uuid';
import type { PatientFacts } from '../src/domain/people/duplicates/identity.ts';

export type RecordOf = Partial<PatientFacts>;

/** Answers their ids; the first is the oldest. */
export async function addPatients(owner: pg.Pool, records: readonly RecordOf[]): Promise<string[]> {
  const rows = records.map((record, i) => ({
    id: uuid(),
    first_name: record.firstName,
    last_name: record.lastName,
    birth_date: record.birthDate,
    sex: record.sex,
    email: record.email,
    phone: record.phone,
    address: record.address,
    external_ids: record.externalIds,
    legacy_id: String(i + 1),
  }));
  for (let at = 0; at < rows.length; at += 5_000) {
    await owner.query(
      `INSERT INTO people.patient (id, first_name, last_name, birth_date, sex, email, phone, address, external_ids, legacy_id, created_at)
       SELECT r.*, timestamptz '2020-01-01' FROM jsonb_to_recordset($1) AS r(id uuid, first_name text, last_name text, birth_date date,
         sex text, email text, phone text, address text, external_ids jsonb, legacy_id text)`,
      [JSON.stringify(rows.slice(at, at + 5_000))],
    );
  }
  return rows.map(({ id }) => id);
}

export async function startMigrationRun(owner: pg.Pool, dryRun = false): Promise<string> {
  const id = uuid();
  await owner.query(`INSERT INTO ops.migration_run (id, source, type, dry_run) VALUES ($1, 'mdw', 'full', $2)`, [
    id,
    dryRun,
  ]);
  return id;
}
