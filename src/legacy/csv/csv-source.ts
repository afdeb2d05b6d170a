/**
 * Opening stock from a spreadsheet. A row is brought in through the intake, by the application's own role, and then what it
 * became is kept beside it, by the owner; a run that breaks off between the two finds the row by its key and keeps it then.
 * So the same file again changes nothing.
 */
import type { DataSource } from 'typeorm';
import type { Session } from '../../db/in-transaction.ts';
import {
  cameOtherwise,
  importOpeningStock,
  OpeningRows,
  tryOpeningStock,
  type OpeningIntake,
} from '../../domain/stock/import-opening-stock.ts';
import { readOpeningTable, type OpeningStock } from '../../domain/stock/opening-table.ts';
import type { FileChunks } from '../../domain/catalogue/catalogue-file-table.ts';
import { Refusal } from '../../refusal.ts';
import { LegacyStopped } from '../failure.ts';
import type { LegacyOptions } from '../legacy-options.ts';
import type { Progress } from '../progress.ts';
import { beginRun, completeRun, endBrokenOff, failRun, type RunRecord } from '../run-record.ts';
import type { Target } from '../target.ts';
import { figuresOf, type CsvReport } from './csv-report.ts';

export interface CsvImport {
  readonly db: DataSource;
  /** A new one for each row. */
  readonly session: () => Session;
  /** As the owner, with the lock. */
  readonly target: Target;
  readonly file: FileChunks;
  readonly options: LegacyOptions;
  readonly progress: Progress;
  readonly stopping: AbortSignal;
}

const again = 'It broke off. Start it again: what was brought in stays and is not doubled.';
const identity = { source: 'csv', sourceTable: 'opening_stock', targetTable: 'inventory.stock' } as const;

export async function importCsv(given: CsvImport): Promise<CsvReport> {
  const { target, options } = given;
  await endBrokenOff(target, 'csv', again, 'FAILED');
  const run = await beginRun(target, 'csv', options, { tables: {}, codes: {} });
  try {
    const report = await importRows(given, run);
    const { read, added, unchanged, refused } = report;
    const counts = { 'inventory.stock': { read, added, unchanged, refused: refused.length } };
    await completeRun(target, run.id, counts, figuresOf(report));
    return report;
  } catch (error) {
    const words = error instanceof Refusal || error instanceof LegacyStopped ? error.message : again;
    await failRun(target, run.id, words).catch(() => undefined);
    throw error;
  }
}

async function importRows(given: CsvImport, run: RunRecord): Promise<CsvReport> {
  const rows = new OpeningRows(given.db);
  const counts = { read: 0, added: 0, unchanged: 0 };
  const refused: { row: number; reason: string }[] = [];
  for await (const each of readOpeningTable(given.file)) {
    if (given.stopping.aborted)
      throw new LegacyStopped(
        `Run ${run.number} was stopped after ${counts.read} rows. Start it again: none is doubled.`,
      );
    counts.read += 1;
    given.progress.advance(1);
    if ('refused' in each) {
      refused.push({ row: each.row, reason: each.refused });
      continue;
    }
    try {
      counts[await importRow(given, run.id, rows, each.stock)] += 1;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      refused.push({ row: each.row, reason: reasonOf(error, each.columnOf) });
    }
  }
  return { run: run.number, dryRun: given.options.dryRun, ...counts, refused };
}

/** With the column where the file calls it otherwise than the sentence does. */
function reasonOf({ message, context }: Refusal, columnOf: (field: string) => string | null): string {
  const { field } = context;
  const column = typeof field === 'string' ? columnOf(field) : null;
  return column === null || message.toLowerCase().includes(column.toLowerCase())
    ? message
    : `${message} (column "${column}")`;
}

async function importRow(
  given: CsvImport,
  runId: string,
  rows: OpeningRows,
  stock: OpeningStock,
): Promise<'added' | 'unchanged'> {
  const row = await rows.intakeOf(stock);
  if (await cameBefore(given, row)) return 'unchanged';
  if (given.options.dryRun) {
    await tryOpeningStock(given.session(), row);
    return 'added';
  }
  const { stock: stockIds } = await importOpeningStock(given.session(), row);
  await given.target.sql(
    `INSERT INTO ops.legacy_row (source, source_table, target_table, legacy_id, target_id, content_hash, made_by, changed_by)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $7)`,
    [identity.source, identity.sourceTable, identity.targetTable, row.legacyId, stockIds?.[0], row.contentHash, runId],
  );
  return 'added';
}

async function cameBefore({ target }: CsvImport, { legacyId, contentHash }: OpeningIntake): Promise<boolean> {
  const [known] = await target.sql<{ same: boolean }>(
    `SELECT content_hash = $5 AS same FROM ops.legacy_row WHERE source = $1 AND source_table = $2 AND target_table = $3 AND legacy_id = $4`,
    [identity.source, identity.sourceTable, identity.targetTable, legacyId, contentHash],
  );
  if (known?.same === false) throw cameOtherwise();
  return known !== undefined;
}
