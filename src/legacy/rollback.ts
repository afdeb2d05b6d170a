/**
 * Takes a run back: what it made is deleted, what it changed is as it was before, what it took away is there again, all in one
 * transaction. Refused where somebody has built upon it, and by what: a later run, rows that point to its rows, rows of its
 * own that were changed since, lines of the ledger.
 */
import { v7 as uuid } from 'uuid';
import { systemUserId } from '../actor.ts';
import { undoDuplicates } from './dedupe/undo-duplicates.ts';
import { LegacyFailure } from './failure.ts';
import type { RunRecord } from './run-record.ts';
import { keyOf, tableOf, type Derived, type LegacySource, type Step } from './source.ts';
import { dropStaging } from './staging.ts';
import type { Target } from './target.ts';

export interface RolledBack {
  /** By table of ours. */
  readonly tables: readonly { readonly target: string; readonly deleted: number; readonly restored: number }[];
}

/** `source`: null where its rows opened the books. `patientKey`: under which analytics know a patient again. */
export async function rollBack(
  target: Target,
  run: RunRecord,
  source: LegacySource | null,
  patientKey: string,
): Promise<RolledBack> {
  if (run.status === 'ROLLED_BACK') {
    throw new LegacyFailure({
      what: `Run ${run.number} has been taken back already.`,
      todo: 'There is nothing to do.',
    });
  }
  if (source === null && !run.dryRun) throw theBooksAreOpen(run);
  return target.inTransaction('COMMIT', async () => {
    const tables = source === null || run.dryRun ? [] : await takeBack(target, run, source, patientKey);
    await dropStaging(target, run.number);
    await target.sql(
      `UPDATE ops.migration_run SET status = 'ROLLED_BACK', finished_at = coalesce(finished_at, clock_timestamp()) WHERE id = $1`,
      [run.id],
    );
    await target.sql(
      `INSERT INTO audit.audit_entry (id, entity, entity_id, action, actor_id, after, reason) VALUES ($1, 'migration_run', $2, 'legacyRollback', $3, $4, $5)`,
      [
        uuid(),
        run.id,
        systemUserId,
        JSON.stringify({ tables }),
        `run ${run.number} of lotkeeper legacy was taken back`,
      ],
    );
    return { tables };
  });
}

function theBooksAreOpen({ number, source }: RunRecord): LegacyFailure {
  return new LegacyFailure({
    what: `Run ${number} cannot be taken back: a ${source} run opens the books of batches, and lines of the ledger are never deleted.`,
    where: 'rollback',
    todo: 'Nothing has been changed. Set single batches right by adjustments; to undo all of it, restore the backup from before the run.',
  });
}

async function takeBack(
  target: Target,
  run: RunRecord,
  source: LegacySource,
  patientKey: string,
): Promise<RolledBack['tables']> {
  const tables: { target: string; deleted: number; restored: number }[] = [];
  await takeBackDuplicates(target, run, patientKey);
  await refuseWhatIsBuiltUpon(target, run, source);
  const deleted = new Map<string, number>();
  for (const table of source.derived ?? []) await deleteDerived(target, run, table, source);
  for (const step of source.steps.toReversed()) deleted.set(step.target, await deleteMade(target, run, step));
  for (const step of source.steps) {
    tables.push({
      target: step.target,
      deleted: deleted.get(step.target) ?? 0,
      restored: await restoreChanged(target, run, step),
    });
  }
  // What the tables without a timestamp held is not known any more: the next run compares all of it.
  await target.sql('DELETE FROM legacy.seen WHERE source = $1', [source.name]);
  await target.sql('DELETE FROM ops.legacy_before WHERE run_id = $1', [run.id]);
  if (source.afterWriting !== undefined) await target.sql(source.afterWriting);
  return tables;
}

async function takeBackDuplicates({ client }: Target, run: RunRecord, patientKey: string): Promise<void> {
  const { blockedBy } = await undoDuplicates({ client, runId: run.id, patientKey });
  if (blockedBy === 0) return;
  throw new LegacyFailure({
    what: `Run ${run.number} cannot be taken back: people have decided on ${blockedBy} of its pairs of patients.`,
    where: 'rollback',
    todo: 'Nothing has been changed. The run stays.',
  });
}

/** What is worked out of rows that the run made, and can be worked out again. */
async function deleteDerived(target: Target, run: RunRecord, derived: Derived, source: LegacySource): Promise<void> {
  const step = source.steps.find((each) => each.target === derived.of);
  if (step === undefined) return;
  await target.sql(
    `DELETE FROM ${tableOf({ target: derived.table })} d USING ops.legacy_row l WHERE l.source = $1 AND ${isStep(step)} AND l.made_by = $2 AND d.${derived.column} = l.target_id`,
    [run.source, run.id],
  );
}

const isStep = (step: Step) => `l.source_table = '${step.from}' AND l.target_table = '${step.target}'`;

async function deleteMade(target: Target, run: RunRecord, step: Step): Promise<number> {
  const { deleted } = await target.one<{ deleted: number }>(
    `WITH forgotten AS (DELETE FROM ops.legacy_row l WHERE l.source = $1 AND ${isStep(step)} AND l.made_by = $2 RETURNING l.target_id),
       deleted AS (DELETE FROM ${tableOf(step)} t USING forgotten f WHERE t.${keyOf(step)} = f.target_id RETURNING 1)
     SELECT count(*)::float8 AS deleted FROM deleted`,
    [run.source, run.id],
  );
  return deleted;
}

/** Columns that the run did not write keep what they hold now; a row that it took away comes back whole. */
async function restoreChanged(target: Target, run: RunRecord, step: Step): Promise<number> {
  const key = keyOf(step);
  const columns = Object.keys(step.columns);
  const { restored } = await target.one<{ restored: number }>(
    `WITH before AS MATERIALIZED (SELECT b.* FROM ops.legacy_before b WHERE b.run_id = $2 AND b.target_table = '${step.target}'),
       again AS (
         INSERT INTO ${tableOf(step)} (${key}, ${columns.join(', ')})
         SELECT ${[key, ...columns].map((column) => `r.${column}`).join(', ')} FROM before b CROSS JOIN LATERAL jsonb_populate_record(NULL::${tableOf(step)}, b.content) r
         ON CONFLICT (${key}) DO UPDATE SET ${columns.map((column) => `${column} = EXCLUDED.${column}`).join(', ')} RETURNING 1),
       known AS (
         UPDATE ops.legacy_row l SET content_hash = b.content_hash, changed_by = b.changed_by FROM before b
         WHERE l.source = $1 AND ${isStep(step)} AND l.target_id = b.target_id)
     SELECT count(*)::float8 AS restored FROM again`,
    [run.source, run.id],
  );
  return restored;
}

async function refuseWhatIsBuiltUpon(target: Target, run: RunRecord, source: LegacySource): Promise<void> {
  const blocks = [...(await laterRuns(target, run))];
  for (const step of source.steps) {
    if (blocks.length > 0) break;
    blocks.push(...(await changedSince(target, run, step)), ...(await pointedTo(target, run, step, source)));
  }
  if (blocks.length === 0) return;
  throw new LegacyFailure({
    what: `Run ${run.number} cannot be taken back: ${blocks.join('; ')}.`,
    where: 'rollback',
    todo: 'Nothing has been changed. Undo what was built upon it first, newest first.',
  });
}

async function laterRuns(target: Target, run: RunRecord): Promise<string[]> {
  const rows = await target.sql<{ number: number }>(
    `SELECT o.number FROM ops.migration_run r JOIN legacy.run o ON o.run_id = r.id
     WHERE r.source = $1 AND NOT r.dry_run AND r.status <> 'ROLLED_BACK' AND o.number > $2 ORDER BY o.number DESC`,
    [run.source, run.number],
  );
  return rows.map(({ number }) => `run ${number} came after it`);
}

/** By somebody else: the run's own rows carry no later moment than its snapshot, however often it broke off and went on. */
async function changedSince(target: Target, run: RunRecord, step: Step): Promise<string[]> {
  if (step.columns['updated_at'] === undefined) return [];
  const [row] = await target.sql<{ id: string; rows: number }>(
    `SELECT min(l.legacy_id) AS id, count(*)::float8 AS rows FROM ops.legacy_row l JOIN ${tableOf(step)} t ON t.${keyOf(step)} = l.target_id
     WHERE l.source = $1 AND ${isStep(step)} AND (l.made_by = $2 OR l.changed_by = $2) AND t.updated_at > (SELECT snapshot_at FROM legacy.run WHERE run_id = $2)`,
    [run.source, run.id],
  );
  return row === undefined || row.rows === 0
    ? []
    : [`${row.rows} rows of ${step.target} were changed since, ${step.from} ${row.id} among them`];
}

interface Reference {
  readonly table: string;
  readonly column: string;
}

/** Rows of other tables, or of the run's own tables that the run did not make. */
async function pointedTo(target: Target, run: RunRecord, step: Step, source: LegacySource): Promise<string[]> {
  const references = await target.sql<Reference>(
    `SELECT c.conrelid::regclass::text AS table, quote_ident(a.attname) AS column FROM pg_constraint c JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = c.conkey[1]
     WHERE c.contype = 'f' AND c.confrelid = $1::regclass AND c.conparentid = 0`,
    [tableOf(step)],
  );
  const found: string[] = [];
  for (const { table, column } of references) {
    if (source.derived?.some((derived) => derived.table === table) === true) continue;
    const own = source.steps.find((each) => tableOf(each).replaceAll('"', '') === table.replaceAll('"', ''));
    const isOwn =
      own === undefined
        ? 'false'
        : `EXISTS (SELECT FROM ops.legacy_row o WHERE o.source = $1 AND o.source_table = '${own.from}' AND o.target_table = '${own.target}' AND o.target_id = x.${keyOf(own)} AND o.made_by = $2)`;
    const { rows } = await target.one<{ rows: number }>(
      `SELECT count(*)::float8 AS rows FROM ops.legacy_row l JOIN ${table} x ON x.${column} = l.target_id
       WHERE l.source = $1 AND ${isStep(step)} AND l.made_by = $2 AND NOT ${isOwn}`,
      [run.source, run.id],
    );
    if (rows > 0) found.push(`${rows} rows of ${table} point to its rows of ${step.target}`);
  }
  return found;
}
