/**
 * Brings catalogue files in, in transactions of a few hundred rows each: known products are updated by what the file
 * says, others are made, and importing again changes nothing. A row that cannot be taken is refused with its reason;
 * the rest goes on. What an interrupted import has done stays done, and is found by the next one.
 */
import { inTransaction, type Session, type Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import { importAwareBatch } from './import-aware-batch.ts';
import { importProductBatch } from './import-product-batch.ts';
import type { Given, Outcome, RefusedRow } from './import-outcome.ts';
import type { AwareEntry } from './catalogue-file-aware.ts';
import type { CatalogueProduct, CatalogueRow } from './catalogue-file.ts';

export interface ImportReport {
  readonly added: number;
  readonly updated: number;
  readonly unchanged: number;
  /** How many products changed in which field. */
  readonly changed: Readonly<Record<string, number>>;
  readonly refusedCount: number;
  /** The first thousand of them, by row of the file. */
  readonly refused: readonly RefusedRow[];
}

type ImportBatch<Read> = (tx: Tx, rows: readonly Given<Read>[]) => Promise<Outcome>;

const batchSize = 400;
const mostRefused = 1_000;

export async function importCatalogue(
  session: Session,
  rows: AsyncIterable<CatalogueRow<CatalogueProduct>>,
): Promise<ImportReport> {
  return importInBatches(session, rows, importProductBatch);
}

/** Products are told to be antibiotics, and of which class, by their generic name; none is made. */
export async function importAwareList(
  session: Session,
  rows: AsyncIterable<CatalogueRow<AwareEntry>>,
): Promise<ImportReport> {
  return importInBatches(session, rows, importAwareBatch);
}

async function importInBatches<Read>(
  session: Session,
  rows: AsyncIterable<CatalogueRow<Read>>,
  importBatch: ImportBatch<Read>,
): Promise<ImportReport> {
  const report = new Report();
  let batch: Given<Read>[] = [];
  const flush = async () => {
    await importOrSplit(session, batch, importBatch, report);
    batch = [];
  };
  for await (const row of rows) {
    if ('refused' in row) report.refuse({ row: row.row, reason: row.refused });
    else batch.push(row);
    if (batch.length >= batchSize) await flush();
  }
  if (batch.length > 0) await flush();
  return report.told();
}

/** Where one row breaks a rule that only the database can see, the others of its batch do not suffer. */
async function importOrSplit<Read>(
  session: Session,
  rows: readonly Given<Read>[],
  importBatch: ImportBatch<Read>,
  report: Report,
): Promise<void> {
  try {
    const now = { ...session, arrivedAt: performance.now() };
    report.add(await inTransaction(now, (tx) => importBatch(tx, rows)));
  } catch (error) {
    if (!(error instanceof Refusal) || error.code !== 'DUPLICATE') throw error;
    const [only] = rows;
    if (only !== undefined && rows.length === 1) {
      report.refuse({ row: only.row, reason: error.message });
      return;
    }
    const half = Math.ceil(rows.length / 2);
    await importOrSplit(session, rows.slice(0, half), importBatch, report);
    await importOrSplit(session, rows.slice(half), importBatch, report);
  }
}

class Report {
  #added = 0;
  #updated = 0;
  #unchanged = 0;
  #refusedCount = 0;
  readonly #changed = new Map<string, number>();
  readonly #refused: RefusedRow[] = [];

  add({ added, updated, unchanged, changedFields, refused }: Outcome): void {
    this.#added += added;
    this.#updated += updated;
    this.#unchanged += unchanged;
    for (const field of changedFields) this.#changed.set(field, (this.#changed.get(field) ?? 0) + 1);
    for (const row of refused) this.refuse(row);
  }

  refuse(row: RefusedRow): void {
    this.#refusedCount += 1;
    if (this.#refused.length < mostRefused) this.#refused.push(row);
  }

  told(): ImportReport {
    return {
      added: this.#added,
      updated: this.#updated,
      unchanged: this.#unchanged,
      changed: Object.fromEntries(this.#changed),
      refusedCount: this.#refusedCount,
      refused: [...this.#refused].sort((a, b) => a.row - b.row),
    };
  }
}
