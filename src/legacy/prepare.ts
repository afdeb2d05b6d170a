/** Preparation: everything is checked before anything is touched, and what will be done is told. */
import { checkDisk, checkTarget, checkThatTheyDiffer, dataFolder, type Disk } from './check-target.ts';
import { checkSource, type SourceColumns } from './check-source.ts';
import { LegacyFailure } from './failure.ts';
import type { Mapping } from './mapping.ts';
import { inSnapshot } from './old-database.ts';
import type { Migration } from './pipeline.ts';
import { lastCompletedRun, unfinishedRun } from './run-record.ts';
import type { Target } from './target.ts';

export interface Prepared {
  readonly tables: readonly SourceColumns[];
  /** Of the run that goes on, or as given. */
  readonly mapping: Mapping;
  readonly figures: PreparedFigures;
}

export interface PreparedFigures {
  /** By table: rows there now. */
  readonly rows: Readonly<Record<string, number>>;
  /** By column of theirs that does not exist: what is taken instead. */
  readonly defaults: Readonly<Record<string, string>>;
  readonly disk: Disk;
}

export async function prepare(migration: Migration, target: Target, given: Mapping): Promise<Prepared> {
  const { source, address, options, log, folders } = migration;
  await checkTarget(target);
  const before = options.resume ? await unfinishedRun(target, source.name) : null;
  const mapping = before?.mapping ?? given;
  if (!options.resume && options.type === 'incremental') await checkThatFullRunHasBeen(target, source.name);
  const tables = await inSnapshot(address, async (old) => {
    await checkThatTheyDiffer(target, old);
    return checkSource(old, source, mapping);
  });
  if (options.files !== null && !options.dryRun) await migration.store.check();
  const bytes = tables.reduce((sum, table) => sum + table.bytes, 0);
  const server = await dataFolder(target, new URL(migration.targetUrl).hostname);
  let disk: Disk = await checkDisk(null, bytes);
  for (const folder of [...folders, ...(server === null ? [] : [server])]) disk = await checkDisk(folder, bytes);
  const figures = {
    rows: Object.fromEntries(tables.map(({ table, rows }) => [table.name, rows])),
    defaults: Object.fromEntries(
      tables.flatMap(({ table, absent }) =>
        absent.map((column) => [`${table.name}.${column}`, table.optional[column] ?? '']),
      ),
    ),
    disk,
  };
  for (const [column, instead] of Object.entries(figures.defaults))
    log.info({ column, instead }, `${column} is not there: ${instead}`);
  log.info({ rows: figures.rows, ...disk }, wordsOf(figures));
  return { tables, mapping, figures };
}

function wordsOf({ rows, disk: { freeBytes, neededBytes } }: PreparedFigures): string {
  const megabytes = (bytes: number) => `${Math.ceil(bytes / 2 ** 20).toLocaleString('en')} MB`;
  const all = Object.values(rows).reduce((sum, each) => sum + each, 0);
  const room = freeBytes === null ? '' : ` of ${megabytes(freeBytes)} free`;
  return `${all.toLocaleString('en')} rows in ${Object.keys(rows).length} tables; they may take ${megabytes(neededBytes)}${room}`;
}

async function checkThatFullRunHasBeen(target: Target, source: string): Promise<void> {
  if ((await lastCompletedRun(target, source)) !== null) return;
  throw new LegacyFailure({
    what: `There is no finished run of ${source} to go on from.`,
    where: 'preparation',
    todo: 'Run --type full first.',
  });
}
