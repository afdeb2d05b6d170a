/**
 * The consolidation of a four-table inventory: archive, read, consolidate, write, prove, compare, all of it in one
 * transaction of ours and one snapshot of theirs, which is only read. It is whole or it has not been; a dry run takes it back
 * at its end and tells the same figures.
 */
import pg from 'pg';
import { checkSource, type SourceColumns } from '../check-source.ts';
import { checkTarget, checkThatTheyDiffer } from '../check-target.ts';
import { LegacyFailure, LegacyStopped } from '../failure.ts';
import type { LegacyOptions, SourceAddress } from '../legacy-options.ts';
import { readMapping, type Mapping } from '../mapping.ts';
import { inSnapshot } from '../old-database.ts';
import { beginRun, completeRun, endBrokenOff, failRun, type RunRecord } from '../run-record.ts';
import { Target } from '../target.ts';
import { archive } from './archive.ts';
import { compareSpeed } from './compare-speed.ts';
import { consolidate } from './consolidate.ts';
import { proveStock } from './prove-stock.ts';
import { readOldStock } from './read-old-stock.ts';
import { figuresOf, type Difference, type StockReport } from './stock-report.ts';
import { stock } from './stock-source.ts';
import { writeStock } from './write-stock.ts';

export interface StockMigration {
  readonly address: SourceAddress;
  readonly options: LegacyOptions;
  /** Owns the tables. */
  readonly targetUrl: string;
  /** Where the old tables are dumped to before anything else; null: nowhere. */
  readonly archive: string | null;
  /** Hears of what begins. */
  readonly tell: (words: string) => void;
  readonly stopping: AbortSignal;
}

export async function migrateStock(migration: StockMigration): Promise<StockReport> {
  const { options, tell } = migration;
  const mapping = readMapping(stock, options.mapping);
  const target = await Target.open(migration.targetUrl, { locks: true });
  try {
    await checkTarget(target);
    return await inSnapshot(migration.address, async (old) => {
      await checkThatTheyDiffer(target, old);
      const tables = await checkSource(old, stock, mapping);
      if (migration.archive !== null) {
        tell(`archiving the old tables to ${migration.archive}`);
        await archive(old, tables, migration.archive);
      }
      await endBrokenOff(target, stock.name, 'It was broken off: nothing was kept.', 'ROLLED_BACK');
      const run = await beginRun(target, stock.name, options, mapping);
      try {
        const report = await target.inTransaction(options.dryRun ? 'ROLLBACK' : 'COMMIT', async () => {
          const found = await bringIn(migration, { target, old, tables, mapping, run });
          if (!options.dryRun) await finish(target, run, found);
          return found;
        });
        // Its transaction is gone, and with it what it counted.
        if (options.dryRun) await finish(target, run, report);
        return report;
      } catch (error) {
        const failure = asFailure(error);
        await failRun(target, run.id, failure.message, 'ROLLED_BACK').catch(() => undefined);
        throw failure;
      }
    });
  } finally {
    await target.close();
  }
}

interface Bringing {
  readonly target: Target;
  readonly old: pg.Client;
  readonly tables: readonly SourceColumns[];
  readonly mapping: Mapping;
  readonly run: RunRecord;
}

async function bringIn(
  { options, tell, stopping }: StockMigration,
  { target, old, tables, mapping, run }: Bringing,
): Promise<StockReport> {
  const begin = (words: string) => {
    if (stopping.aborted) throw new LegacyStopped(`Run ${run.number} was stopped: nothing was kept.`);
    tell(words);
  };
  begin('reading the old tables');
  await readOldStock(target, old, tables);
  begin('making one row of four');
  await consolidate(target, mapping);
  begin('writing');
  const written = await writeStock(target, run.id);
  begin('comparing each row with what was read');
  const proof = await proveStock(target);
  begin('timing the join of four against the one table');
  const speed = await compareSpeed(target);
  const defaults = tables.flatMap(({ table, absent }) =>
    absent.map((column) => `${table.name}.${column} is not there: ${table.optional[column] ?? ''}`),
  );
  const read = tables.find(({ table }) => table.name === 'stock')?.rows ?? 0;
  return {
    ...(await findings(target)),
    ...written,
    ...{ run: run.number, dryRun: options.dryRun, read, defaults, proof, speed },
  };
}

/** Of a database's error its code alone: its message may repeat what a row holds. */
function asFailure(error: unknown): Error {
  if (!(error instanceof Error) || error instanceof LegacyFailure || !('code' in error)) return asError(error);
  const constraint = error instanceof pg.DatabaseError ? (error.constraint ?? '') : '';
  return new LegacyFailure(
    {
      what: `A database answered ${[String(error.code), constraint].join(' ').trim()}.`,
      todo: 'Nothing was kept: start it again once that is mended.',
    },
    { cause: error },
  );
}

const asError = (error: unknown) => (error instanceof Error ? error : new Error(String(error)));

async function findings(target: Target): Promise<Pick<StockReport, 'refused' | 'differences'>> {
  const refused = await target.sql<{ row: string; reason: string }>(
    'SELECT source_id AS row, reason FROM refusal ORDER BY length(source_id), source_id',
  );
  const differences = await target.sql<Difference>(
    'SELECT source_id AS row, column_name AS column, copy, main, other FROM difference ORDER BY length(source_id), source_id, column_name, copy',
  );
  return { refused, differences };
}

async function finish(target: Target, { id }: RunRecord, report: StockReport): Promise<void> {
  const { read, added, unchanged, changedThere, refused, reservations } = report;
  const counts = {
    'inventory.stock': { read, added, unchanged, changedThere, refused: refused.length },
    'inventory.stock_reservation': { added: reservations },
  };
  await completeRun(target, id, counts, figuresOf(report));
}
