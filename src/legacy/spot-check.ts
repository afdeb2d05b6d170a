/**
 * A hundred rows at random, read from the old database once more: as they were staged and, but in a dry run, as they stand
 * with us, field by field.
 */
import { randomInt } from 'node:crypto';
import type pg from 'pg';
import type { SourceColumns } from './check-source.ts';
import { LegacyFailure } from './failure.ts';
import { inSnapshot } from './old-database.ts';
import type { Run } from './run.ts';
import { keyOf, tableOf, type Step } from './source.ts';

const wantedRows = 100;

export interface SpotFigures {
  readonly seed: number;
  readonly rows: number;
  /** Changed there, or deleted, since they were staged: not held against ours. */
  readonly changedSince: number;
}

export async function spotCheck(run: Run, tables: readonly SourceColumns[]): Promise<SpotFigures> {
  const seed = randomInt(1_000_000_000);
  const all = { seed, rows: 0, changedSince: 0 };
  const sample = await chosen(run, seed);
  if (sample.length === 0) return all;
  await inSnapshot(run.address, async (old) => {
    for (const source of tables) {
      const ids = sample.filter(({ table }) => table === source.table.name).map(({ id }) => id);
      if (ids.length === 0) continue;
      all.rows += ids.length;
      all.changedSince += await checkTable(run, old, source, ids);
    }
  });
  return all;
}

async function chosen({ target, stage, source }: Run, seed: number): Promise<{ table: string; id: string }[]> {
  const each = source.steps
    .filter(({ isMain }) => isMain)
    .map(
      ({ from, name }) =>
        `SELECT '${from}' AS table, s.id FROM ${stage.rows(from)} s WHERE NOT EXISTS (SELECT FROM ${stage.image(name)} i WHERE i.source_id = s.id AND i.refused)`,
    );
  return target.sql(
    `SELECT * FROM (${each.join(' UNION ALL ')}) s ORDER BY hashtextextended(s.table || s.id, $1) LIMIT ${wantedRows}`,
    [seed],
  );
}

async function checkTable(
  run: Run,
  old: pg.Client,
  { table, from, columns }: SourceColumns,
  ids: readonly string[],
): Promise<number> {
  const { target, stage } = run;
  const list = [...columns].map(([ours, theirs]) => `s.${theirs}::text AS ${ours}`).join(', ');
  const { rows } = await old.query<Record<string, string | null>>(
    `SELECT ${list} FROM ${from} s WHERE s.${columns.get(table.key) ?? ''}::text = ANY ($1)`,
    [[...ids]],
  );
  const spot = `legacy.r${run.record.number}_spot`;
  return target.inTransaction('ROLLBACK', async () => {
    await target.sql(`CREATE TABLE ${spot} (LIKE ${stage.rows(table.name)} INCLUDING INDEXES)`);
    await target.sql(`INSERT INTO ${spot} SELECT * FROM jsonb_populate_recordset(NULL::${spot}, $1)`, [
      JSON.stringify(rows),
    ]);
    await target.sql(
      `DELETE FROM ${spot} f USING ${stage.rows(table.name)} s WHERE s.id = f.id AND to_jsonb(s) IS DISTINCT FROM to_jsonb(f)`,
    );
    const { same } = await target.one<{ same: number }>(`SELECT count(*)::float8 AS same FROM ${spot}`);
    const step = run.source.steps.find((each) => each.from === table.name && each.isMain);
    if (!run.options.dryRun && step !== undefined) await compareWithOurs(run, step, spot);
    return ids.length - same;
  });
}

async function compareWithOurs(run: Run, step: Step, spot: string): Promise<void> {
  const { target, stage, mapping } = run;
  const columns = Object.entries(step.columns).filter(([column]) => step.once?.includes(column) !== true);
  const differs = columns
    .map(([column, type]) => `CASE WHEN i.${column}::${type} IS DISTINCT FROM t.${column} THEN '${column}' END`)
    .join(', ');
  const [fault] = await target.sql<{ id: string; columns: string }>(
    `SELECT i.source_id AS id, array_to_string(ARRAY[${differs}], ', ') AS columns
     FROM (${step.image(stage.with(step.from, spot), mapping)}) i JOIN ${spot} s ON s.id = i.source_id
     LEFT JOIN ${tableOf(step)} t ON t.${keyOf(step)} = ${stage.id(step.key?.of ?? step.target, 'i.source_id')}
     WHERE EXISTS (SELECT FROM ${stage.image(step.name)} w WHERE w.source_id = i.source_id) AND array_to_string(ARRAY[${differs}], ', ') <> '' LIMIT 1`,
  );
  if (fault === undefined) return;
  throw new LegacyFailure({
    what: `A row that was read once more does not agree with ours: ${fault.columns}.`,
    where: `validation, ${step.target}`,
    row: `${step.from} ${fault.id}`,
    todo: `Do not use what was brought in: lotkeeper legacy rollback ${run.record.number} takes it back.`,
  });
}
