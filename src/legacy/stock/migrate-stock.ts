/**
 * The consolidation of a four-table inventory: archive, read, consolidate, write, prove, compare, all of it in one
 * transaction of ours and one snapshot of theirs, which is only read. It is whole or it has not been; a dry run takes it back
 * at its end and tells the same figures.
 */
import { checkSource } from '../check-source.ts';
import type { LegacyOptions, SourceAddress } from '../legacy-options.ts';
import { readMapping } from '../mapping.ts';
import { inSnapshot } from '../old-database.ts';
import { beginRun, failRun, type RunRecord } from '../run-record.ts';
import { Target } from '../target.ts';
import { archive } from './archive.ts';
import { compareSpeed, type Speed } from './compare-speed.ts';
import { consolidate } from './consolidate.ts';
import { proveStock, type Proof } from './prove-stock.ts';
import { readOldStock } from './read-old-stock.ts';
import { stock } from './stock-source.ts';
import { writeStock, type Written } from './write-stock.ts';

export interface StockMigration {
  readonly address: SourceAddress;
  readonly options: LegacyOptions;
  /** Owns the tables. */
  readonly targetUrl: string;
  /** Where the old tables are dumped to before anything else; null: nowhere. */
  readonly archive: string | null;
  /** Hears of what begins. */
  readonly tell: (words: string) => void;
}

export interface StockReport extends Written {
  readonly run: number;
  readonly dryRun: boolean;
  readonly read: number;
  readonly refused: readonly { readonly row: string; readonly reason: string }[];
  readonly differences: readonly Difference[];
  readonly defaults: readonly string[];
  readonly proof: Proof;
  readonly speed: Speed;
}

/** The main table's value was taken; where it had none, the copy's. */
export interface Difference {
  readonly row: string;
  readonly column: string;
  readonly copy: string;
  readonly main: string | null;
  readonly other: string | null;
}

export async function migrateStock(migration: StockMigration): Promise<StockReport> {
  const { options, tell } = migration;
  const mapping = readMapping(stock, options.mapping);
  const target = await Target.open(migration.targetUrl, { locks: true });
  try {
    return await inSnapshot(migration.address, async (old) => {
      const tables = await checkSource(old, stock, mapping);
      if (migration.archive !== null) {
        tell(`archiving the old tables to ${migration.archive}`);
        await archive(old, tables, migration.archive);
      }
      const run = await beginRun(target, stock.name, options, mapping);
      try {
        return await target.inTransaction(options.dryRun ? 'ROLLBACK' : 'COMMIT', async () => {
          tell('reading');
          await readOldStock(target, old, tables);
          tell('consolidating');
          await consolidate(target, mapping);
          tell('writing');
          const written = await writeStock(target, run.id);
          tell('proving');
          const proof = await proveStock(target);
          const speed = await compareSpeed(target);
          const defaults = tables.flatMap(({ table, absent }) =>
            absent.map((column) => `${table.name}.${column} is absent: ${table.optional[column] ?? ''}`),
          );
          const read = tables.find(({ table }) => table.name === 'stock')?.rows ?? 0;
          const report = {
            ...(await findings(target)),
            ...written,
            ...{ run: run.number, dryRun: options.dryRun, read, defaults, proof, speed },
          };
          if (!options.dryRun) await finish(target, run, report);
          return report;
        });
      } catch (error) {
        await failRun(target, run.id, error instanceof Error ? error.message : String(error), 'ROLLED_BACK').catch(
          () => undefined,
        );
        throw error;
      } finally {
        if (options.dryRun) await endDryRun(target, run);
      }
    });
  } finally {
    await target.close();
  }
}

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
  const { read, added, unchanged, refused, reservations } = report;
  const counts = {
    'inventory.stock': { read, added, unchanged, refused: refused.length },
    'inventory.stock_reservation': { added: reservations },
  };
  await target.sql(
    `UPDATE ops.migration_run SET status = 'COMPLETED', phase = 'completion', finished_at = clock_timestamp(), counts = $2 WHERE id = $1`,
    [id, JSON.stringify(counts)],
  );
}

/** Its transaction is gone, and with it what it counted. */
async function endDryRun(target: Target, { id }: RunRecord): Promise<void> {
  await target.sql(
    `UPDATE ops.migration_run SET status = 'COMPLETED', phase = 'completion', finished_at = clock_timestamp() WHERE id = $1 AND status = 'RUNNING'`,
    [id],
  );
}
