/** Migrations, taken back from the newest one over rows of theirs, and run again: the same tables as before, and the rows. */
import { expect, it } from 'vitest';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../ormconfig.ts';
import { TestClinic } from './clinic.ts';

/** The oldest that is taken back: those before it are never taken back over years of rows. */
const oldest = 'MigratedRecords1760000000040';

/** Columns, indexes, constraints and functions. The order of columns is no part of it. */
const shape = `
  SELECT 'column ' || c.oid::regclass || ' ' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) || ' ' || a.attnotnull || ' ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '') AS line
  FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
  WHERE n.nspname IN ('people', 'workflow', 'legacy', 'ops', 'dpap', 'inventory') AND c.relkind IN ('r', 'p', 'v', 'm')
  UNION ALL SELECT 'index ' || indexdef FROM pg_indexes WHERE schemaname IN ('people', 'workflow', 'legacy', 'ops', 'dpap', 'inventory')
  UNION ALL SELECT 'constraint ' || conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(c.oid) FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
    WHERE n.nspname IN ('people', 'workflow', 'legacy', 'ops', 'dpap', 'inventory')
  UNION ALL SELECT 'function ' || p.oid::regprocedure || ' ' || md5(p.prosrc || coalesce(pg_get_function_sqlbody(p.oid), '')) || ' ' || coalesce(p.proacl::text, '') FROM pg_proc p
    JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname IN ('people', 'workflow', 'legacy', 'ops', 'dpap', 'inventory')
  UNION ALL SELECT 'right ' || table_schema || '.' || table_name || ' ' || column_name || ' ' || grantee || ' ' || privilege_type FROM information_schema.column_privileges
    WHERE table_schema IN ('people', 'workflow', 'legacy', 'ops', 'dpap', 'inventory')`;

it('the migrations of older systems go back over merged patients, runs and vectors, and forth again', async () => {
  const clinic = await TestClinic.open();
  const db = await createDataSource(clinic.database.ownerUrl, { poolSize: 1 }).initialize();
  try {
    await clinic.owner.query(rows);
    const before = await shapeOf(db);
    const names = db.migrations.map(({ name }) => name ?? '');
    const left = names.length - 1 - names.indexOf(oldest);
    for (let back = 0; back < left; back += 1) await db.undoLastMigration({ transaction: 'each' });
    expect(await merged(db)).toEqual([{ status: 'MERGED', keeps: true }]);
    await db.runMigrations({ transaction: 'each' });
    expect(await shapeOf(db)).toEqual(before);
    expect(await merged(db)).toEqual([{ status: 'MERGED', keeps: true }]);
  } finally {
    await db.destroy();
    await clinic.close();
  }
}, 60_000);

const shapeOf = async (db: DataSource) => (await db.query<{ line: string }[]>(shape)).map(({ line }) => line).sort();

const merged = (db: DataSource) =>
  db.query(
    `SELECT c.status, c.kept_id = k.id AS keeps FROM people.duplicate_candidate c JOIN people.patient k ON k.last_name = 'Kept'`,
  );

const rows = `
  INSERT INTO people.patient (id, last_name) VALUES (gen_random_uuid(), 'Kept'), (gen_random_uuid(), 'Other');
  INSERT INTO people.duplicate_candidate (id, left_id, right_id, status, confidence, evidence, kept_id, decided_by, decided_at)
    SELECT gen_random_uuid(), least(k.id, o.id), greatest(k.id, o.id), 'MERGED', 0.99, '{}', k.id, '00000000-0000-7000-8000-000000000001', now()
    FROM people.patient k, people.patient o WHERE k.last_name = 'Kept' AND o.last_name = 'Other';
  UPDATE people.patient o SET merged_into = k.id FROM people.patient k WHERE k.last_name = 'Kept' AND o.last_name = 'Other';
  INSERT INTO ops.migration_run (id, source, type, dry_run) VALUES ('00000000-0000-7000-8000-0000000000aa', 'mdw', 'full', false);
  INSERT INTO legacy.run (run_id, options, mapping) VALUES ('00000000-0000-7000-8000-0000000000aa', '{}', '{}');
  INSERT INTO legacy.step (run_id, name) VALUES ('00000000-0000-7000-8000-0000000000aa', 'write patients');
  INSERT INTO workflow.project (id, name, kind, status, created_at, updated_at) VALUES ('00000000-0000-7000-8000-0000000000bb', 'Crown', 'STL', 'new', now(), now());
  INSERT INTO workflow.project_embedding (project_id, model, dimensions, vector, text_hash)
    VALUES ('00000000-0000-7000-8000-0000000000bb', 'local', 2, '{0.6,0.8}', sha256('Crown'));`;
