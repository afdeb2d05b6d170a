/** Where each row of a source table has gone: read = kept + merged + refused + left out. */
import { deduplicateStep, type DuplicateFigures } from './deduplicate.ts';
import { LegacyFailure } from './failure.ts';
import { writeStep, type WriteFigures } from './write-batches.ts';
import type { Run } from './run.ts';
import { stepOf } from './run-record.ts';
import { keyOf, tableOf, type SourceTable, type Step } from './source.ts';

export interface Balance {
  readonly table: string;
  readonly read: number;
  /** Rows of ours that stand for one of them. */
  readonly kept: number;
  /** Part of another row of ours: a user who is a patient, a patient who is a double of another. */
  readonly merged: number;
  readonly refused: number;
  /** Nothing that was read needs them: users who did nothing, and are no patient's. */
  readonly leftOut: number;
  /** Brought in once, and no longer in the old database; they stay. */
  readonly goneThere: number;
}

export async function balanceOf(run: Run, table: SourceTable): Promise<Balance> {
  const main = run.source.steps.find(({ from, isMain }) => from === table.name && isMain);
  const { rows: read } = await run.target.one<{ rows: number }>(
    `SELECT count(*)::float8 AS rows FROM ${run.stage.rows(table.name)}`,
  );
  const balance = main === undefined ? await ofParts(run, table, read) : await ofRows(run, main, read);
  const { kept, merged, refused, leftOut } = balance;
  if (read === kept + merged + refused + leftOut) return balance;
  throw new LegacyFailure({
    what: `Of ${read} rows read, ${kept} are kept, ${merged} merged, ${refused} refused and ${leftOut} left out: that is ${kept + merged + refused + leftOut}.`,
    where: `validation, ${table.name}`,
    todo: `Do not use what was brought in: lotkeeper legacy rollback ${run.record.number} takes it back. This is a fault of Lotkeeper's: report it with the log.`,
  });
}

async function ofRows(run: Run, step: Step, read: number): Promise<Balance> {
  const { target, stage, record, options } = run;
  const isOurs = `l.source = '${stage.source}' AND l.source_table = '${step.from}' AND l.target_table = '${step.target}'`;
  const isMerged = step.target === 'people.patient' ? 't.merged_into IS NOT NULL' : 'false';
  const refusedIds = `SELECT legacy_id FROM legacy.finding WHERE run_id = $1 AND source_table = '${step.from}' AND kind = 'REFUSED' AND strpos(legacy_id, '#') = 0`;
  const { kept, merged } = await target.one<{ kept: number; merged: number }>(
    `SELECT count(*) FILTER (WHERE NOT ${isMerged})::float8 AS kept, count(*) FILTER (WHERE ${isMerged})::float8 AS merged
     FROM ${stage.rows(step.from)} s JOIN ops.legacy_row l ON ${isOurs} AND l.legacy_id = s.id AND l.content_hash IS NOT NULL
     JOIN ${tableOf(step)} t ON t.${keyOf(step)} = l.target_id
     WHERE s.id NOT IN (${refusedIds}) ${options.dryRun ? `AND NOT EXISTS (SELECT FROM ${stage.image(step.name)} i WHERE i.source_id = s.id)` : ''}`,
    [record.id],
  );
  const { refused } = await target.one<{ refused: number }>(
    `SELECT count(DISTINCT legacy_id)::float8 AS refused FROM (${refusedIds}) r`,
    [record.id],
  );
  const { gone } = await target.one<{ gone: number }>(
    `SELECT count(*)::float8 AS gone FROM ops.legacy_row l WHERE ${isOurs} AND l.content_hash IS NOT NULL
       AND NOT EXISTS (SELECT FROM ${stage.rows(step.from)} s WHERE s.id = l.legacy_id)`,
  );
  const all = kept + merged + (options.dryRun ? await triedOut(run, step) : 0);
  const ofThem = options.dryRun && step.target === 'people.patient' ? await plannedMerges(run) : merged;
  return {
    table: step.from,
    read,
    kept: all - ofThem,
    merged: ofThem,
    refused,
    leftOut: 0,
    goneThere: record.type === 'full' ? gone : 0,
  };
}

/** What a dry run would have merged of what it read, and what was merged of it before. */
async function plannedMerges({ target, record }: Run): Promise<number> {
  const step = await stepOf(target, record.id, deduplicateStep);
  return (step?.figures as Partial<DuplicateFigures> | undefined)?.mergedOfRead ?? 0;
}

/** Of a dry run: the rows of the source that were there before their batch was rolled back. */
async function triedOut({ target, stage, record }: Run, step: Step): Promise<number> {
  const written = await stepOf(target, record.id, writeStep(step.name));
  const found = Number((written?.figures as WriteFigures | undefined)?.sums?.rows[1] ?? 0);
  const { beside } = await target.one<{ beside: number }>(
    `SELECT count(*)::float8 AS beside FROM ${stage.image(step.name)} WHERE NOT refused AND NOT staged`,
  );
  return found - beside;
}

/** Rows that are told of by no row of ours alone: accounts where they acted, parts of others, or not needed. */
async function ofParts(run: Run, table: SourceTable, read: number): Promise<Balance> {
  const { target, stage } = run;
  const step = run.source.steps.find(({ from }) => from === table.name);
  const ours =
    step === undefined
      ? 'SELECT NULL AS id WHERE false'
      : `SELECT legacy_id AS id FROM ops.legacy_row WHERE source = '${stage.source}' AND source_table = '${table.name}' AND target_table = '${step.target}'
         UNION SELECT source_id FROM ${stage.image(step.name)} WHERE NOT refused`;
  const parts =
    table.partOf === undefined
      ? 'SELECT NULL AS id WHERE false'
      : `SELECT DISTINCT ${table.partOf.column} AS id FROM ${stage.rows(table.partOf.table)}`;
  // By joins: a condition of several EXISTS would go through the other table for each row.
  const found = await target.one<{ kept: number; merged: number; leftOut: number }>(
    `SELECT count(o.id)::float8 AS kept, count(p.id) FILTER (WHERE o.id IS NULL)::float8 AS merged,
       count(*) FILTER (WHERE o.id IS NULL AND p.id IS NULL)::float8 AS "leftOut"
     FROM ${stage.rows(table.name)} s LEFT JOIN (${ours}) o ON o.id = s.id LEFT JOIN (${parts}) p ON p.id = s.id`,
  );
  return { table: table.name, read, refused: 0, goneThere: 0, ...found };
}
