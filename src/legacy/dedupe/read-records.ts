/**
 * Brings the records into the form in which they are compared, numbered by age, in a temporary table with their blocking
 * keys; then counts how many records hold each name, date, address and number.
 */
import type pg from 'pg';
import { blockingKeys, blockingKinds } from '../../domain/people/duplicates/blocking-keys.ts';
import { identityOf, type PatientFacts } from '../../domain/people/duplicates/identity.ts';
import { allPatients, stopIfAsked, type DedupeRun } from './dedupe-run.ts';
import { readInBatches } from './read-in-batches.ts';

interface PatientRow extends PatientFacts {
  readonly n: string;
  readonly id: string;
  readonly mergedInto: string | null;
}

export async function readRecords(run: DedupeRun): Promise<number> {
  const { client } = run;
  await dropTemporary(client);
  await client.query(`
    CREATE TEMP TABLE dedupe_raw (n integer, id uuid, merged_into uuid, first text, last text, generation text, birth text, sex text,
      email text, phone text, address text, ids text, keys text[])`);
  let records = 0;
  for await (const rows of readInBatches<PatientRow>(client, oldestFirst(run.patients ?? allPatients))) {
    stopIfAsked(run);
    records += rows.length;
    await client.query(
      `INSERT INTO dedupe_raw SELECT * FROM jsonb_to_recordset($1) AS r(n integer, id uuid, merged_into uuid, first text, last text,
         generation text, birth text, sex text, email text, phone text, address text, ids text, keys text[])`,
      [JSON.stringify(rows.map(rawOf))],
    );
  }
  await client.query(`
    CREATE TEMP TABLE dedupe_record AS SELECT r.*,
      count(*) OVER (PARTITION BY first)::integer AS first_holders, count(*) OVER (PARTITION BY last)::integer AS last_holders,
      count(*) OVER (PARTITION BY birth)::integer AS birth_holders, count(*) OVER (PARTITION BY email)::integer AS email_holders,
      count(*) OVER (PARTITION BY phone)::integer AS phone_holders, count(*) OVER (PARTITION BY ids)::integer AS ids_holders
    FROM dedupe_raw r;
    DROP TABLE dedupe_raw;
    CREATE UNIQUE INDEX ON dedupe_record (n);
    CREATE UNIQUE INDEX ON dedupe_record (id);
    ANALYZE dedupe_record`);
  return records;
}

export async function dropTemporary(client: pg.ClientBase): Promise<void> {
  await client.query(
    'DROP TABLE IF EXISTS pg_temp.dedupe_raw, pg_temp.dedupe_record, pg_temp.dedupe_pair, pg_temp.dedupe_group, pg_temp.dedupe_plan',
  );
}

/** The bare numbers of an older system rise with age, whatever moment the migration gave their records. */
function oldestFirst(patients: string): string {
  return `SELECT row_number() OVER (ORDER BY p.created_at, length(p.legacy_id), p.legacy_id, p.id) AS n, p.id, p.merged_into AS "mergedInto",
      p.first_name AS "firstName", p.last_name AS "lastName", to_char(p.birth_date, 'YYYY-MM-DD') AS "birthDate", p.sex, p.email, p.phone,
      p.address, p.external_ids AS "externalIds"
    FROM (${patients}) p ORDER BY 1`;
}

function rawOf(row: PatientRow): object {
  const identity = identityOf(row);
  const keys = blockingKeys(identity);
  return {
    n: row.n,
    id: row.id,
    merged_into: row.mergedInto,
    ...identity,
    keys: blockingKinds.map((kind) => keys[kind]),
  };
}
