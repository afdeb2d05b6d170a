/**
 * Extraction: each table of the source is streamed by COPY into a staging table of the run, all columns as text, with sums
 * that validation compares. Reads nothing but SELECT in one read-only snapshot; a table is staged whole or not at all, so a
 * resumed run goes on with the next one, in a snapshot of its own that later incremental runs cover from the first one's moment.
 */
import { pipeline } from 'node:stream/promises';
import { Transform } from 'node:stream';
import pg from 'pg';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { LegacyFailure } from './failure.ts';
import { inSnapshot } from './old-database.ts';
import type { SourceColumns } from './check-source.ts';
import { finishStep, stepOf } from './run-record.ts';
import { insist, stopIfAsked, type Run } from './run.ts';

/** The source's clock and its transactions: what was changed so long before the last watermark is looked at again. */
const overlap = `interval '5 minutes'`;
/** More ids than that in a condition, and the whole table is read. */
const mostNamed = 20_000;

export interface ExtractFigures {
  readonly rows: number;
  /** By column, as text: how many are not null, and the sum of their fingerprints. */
  readonly sums: Readonly<Record<string, readonly [count: string, sum: string]>>;
  /** Up to which moment everything has been read; null where the table does not tell. */
  readonly watermark: string | null;
}

export const extractStep = (table: string): string => `extract ${table}`;

export async function extract(run: Run, tables: readonly SourceColumns[]): Promise<void> {
  await insist(run, async () => {
    const left: SourceColumns[] = [];
    for (const each of tables) {
      const step = await stepOf(run.target, run.record.id, extractStep(each.table.name));
      if (step?.finished !== true) left.push(each);
    }
    if (left.length === 0) return;
    await inSnapshot(run.address, async (old) => {
      await keepSnapshotTime(run, old);
      for (const each of left) {
        stopIfAsked(run);
        await extractTable(run, old, each);
      }
    });
  });
}

async function keepSnapshotTime({ target, record }: Run, old: pg.Client): Promise<void> {
  const { rows } = await old.query<{ at: string }>('SELECT now()::text AS at');
  await target.sql('UPDATE legacy.run SET snapshot_at = coalesce(snapshot_at, $2) WHERE run_id = $1', [
    record.id,
    rows[0]?.at,
  ]);
}

async function extractTable(run: Run, old: pg.Client, source: SourceColumns): Promise<void> {
  const { target, stage, record, progress } = run;
  const { name, key } = source.table;
  const began = performance.now();
  const all = allColumns(source);
  const select = `SELECT ${all.map(({ ours, theirs }) => `${theirs === null ? 'NULL' : `s.${theirs}::text`} AS ${ours}`).join(', ')} FROM ${source.from} s WHERE ${await wanted(run, source)}`;
  progress.begin(`extract ${name}`, source.rows);
  await target.inTransaction('COMMIT', async () => {
    const rows = stage.rows(name);
    await target.sql(`DROP TABLE IF EXISTS ${rows}`);
    await target.sql(`CREATE UNLOGGED TABLE ${rows} (${all.map(({ ours }) => `${ours} text`).join(', ')})`);
    await pipeline(
      old.query(copyTo(`COPY (${select}) TO STDOUT`)),
      countingLines((lines) => {
        progress.advance(lines);
      }),
      target.client.query(copyFrom(`COPY ${rows} FROM STDIN`)),
    );
    await nameRows(run, name, key);
    const figures = await measured(old, source, select, run.before?.watermark?.[name] ?? null);
    await finishStep(target, record.id, extractStep(name), { total: figures.rows, figures, began });
  });
  progress.end();
}

interface Column {
  readonly ours: string;
  /** Null: the source has none. */
  readonly theirs: string | null;
}

function allColumns({ table, columns }: SourceColumns): Column[] {
  return [...table.required, ...Object.keys(table.optional)].map((ours) => ({
    ours,
    theirs: columns.get(ours) ?? null,
  }));
}

/** Rows find each other by it, and it must name one row. */
async function nameRows({ target, stage }: Run, table: string, key: string): Promise<void> {
  const rows = stage.rows(table);
  try {
    await target.sql(`ALTER TABLE ${rows} ADD PRIMARY KEY (${key})`);
  } catch (error) {
    const code = error instanceof pg.DatabaseError ? error.code : '';
    if (code !== '23505' && code !== '23502') throw error;
    throw new LegacyFailure({
      what: `${key} of ${table} does not name one row each: it is ${code === '23505' ? 'doubled' : 'empty'} in some.`,
      where: 'extraction',
      todo: 'Name another column as its key in the mapping file, or correct the rows.',
    });
  }
  await target.sql(`ANALYZE ${rows}`);
}

/** The condition for the rows that are read. */
async function wanted(run: Run, { table, columns }: SourceColumns): Promise<string> {
  const changedAt = table.changedAt === null ? undefined : columns.get(table.changedAt);
  const since = run.before?.watermark?.[table.name];
  if (run.record.type === 'full' || changedAt === undefined || since === undefined) return 'true';
  const refused = await refusedBefore(run, table.name);
  const followed = table.follows === undefined ? [] : await changedRows(run, table.follows.table);
  if (refused.length > mostNamed || followed.length > mostNamed) return 'true';
  const among = (column: string, ids: readonly string[]) =>
    ids.length === 0 ? [] : [`s.${columns.get(column) ?? ''}::text = ANY (${pg.escapeLiteral(arrayOf(ids))}::text[])`];
  return [
    `s.${changedAt} >= ${pg.escapeLiteral(since)}::timestamptz - ${overlap}`,
    `s.${changedAt} IS NULL`,
    ...among(table.key, refused),
    ...(table.follows === undefined ? [] : among(table.follows.column, followed)),
  ].join(' OR ');
}

const arrayOf = (ids: readonly string[]) => `{${ids.map((id) => `"${id.replace(/["\\]/g, '\\$&')}"`).join(',')}}`;

/** What the last run refused is read again: what it lacked may have come. */
async function refusedBefore({ target, before }: Run, table: string): Promise<string[]> {
  const rows = await target.sql<{ id: string }>(
    `SELECT DISTINCT legacy_id AS id FROM legacy.finding WHERE run_id = $1 AND kind = 'REFUSED' AND source_table = $2 LIMIT ${mostNamed + 1}`,
    [before?.id, table],
  );
  return rows.map(({ id }) => id);
}

/** New rows and those with another content than when they were last seen, of a table that was staged just now. */
async function changedRows({ target, stage }: Run, table: string): Promise<string[]> {
  const rows = await target.sql<{ id: string }>(
    `SELECT s.id FROM ${stage.rows(table)} s LEFT JOIN legacy.seen k ON k.source = $1 AND k.source_table = $2 AND k.legacy_id = s.id
     WHERE k.content_hash IS DISTINCT FROM hashtextextended(s::text, 0) LIMIT ${mostNamed + 1}`,
    [stage.source, table],
  );
  return rows.map(({ id }) => id);
}

/** A row is a line in COPY's text format, whatever it holds. */
function countingLines(tell: (lines: number) => void): Transform {
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      let lines = 0;
      for (let at = chunk.indexOf(10); at !== -1; at = chunk.indexOf(10, at + 1)) lines += 1;
      tell(lines);
      done(null, chunk);
    },
  });
}

/** In the same snapshot as the rows. A moment in the source's future would hide all that is changed before it. */
async function measured(
  old: pg.Client,
  source: SourceColumns,
  select: string,
  before: string | null,
): Promise<ExtractFigures> {
  const ours = [...source.columns.keys()];
  const { changedAt } = source.table;
  const watermark =
    changedAt === null || !source.columns.has(changedAt)
      ? 'NULL'
      : `greatest(max(${changedAt}::timestamptz) FILTER (WHERE ${changedAt}::timestamptz <= now()), $1::timestamptz)::text`;
  const { rows } = await old.query<Record<string, string | null>>(
    `SELECT count(*)::text AS "rows", ${watermark} AS "watermark", ${sumsOf(ours)} FROM (${select}) s WHERE $1::timestamptz IS NULL OR true`,
    [before],
  );
  const found = rows[0] ?? {};
  return { rows: Number(found['rows']), watermark: found['watermark'] ?? null, sums: sumsIn(found, ours) };
}

export function sumsOf(columns: readonly string[]): string {
  return columns
    .map(
      (column, index) =>
        `count(s.${column})::text AS "n${index}", coalesce(sum(hashtextextended(s.${column}, 0)::numeric), 0)::text AS "h${index}"`,
    )
    .join(', ');
}

export function sumsIn(
  found: Readonly<Record<string, string | null>>,
  columns: readonly string[],
): Record<string, readonly [string, string]> {
  return Object.fromEntries(
    columns.map((column, index) => [column, [found[`n${index}`] ?? '', found[`h${index}`] ?? ''] as const]),
  );
}
