/** What a deduplication is given, and what it tells. */
import type pg from 'pg';

export interface DedupeRun {
  /** The owner's, outside of a transaction: temporary tables are made on it, and dropped. */
  readonly client: pg.ClientBase;
  /** On record in ops.migration_run; what it merges and proposes bears its id. */
  readonly runId: string;
  /** Under which analytics know a patient again: what is recorded of a merged record belongs to the one that is kept. */
  readonly patientKey: string;
  /** Nothing is written; the figures are those that the run itself would have. */
  readonly dryRun: boolean;
  /**
   * SQL that selects the records to compare, merged ones among them: those of people.patient as a rule, or what a dry run
   * would have made of them. Columns: id, first_name, last_name, birth_date, sex, email, phone, address, external_ids,
   * merged_into, legacy_id, created_at.
   */
  readonly patients?: string;
  /** SQL that selects the ids of those whom the figures count by themselves: those that a migration has read. */
  readonly read?: string;
  /** Of the steps of the work, which take about the same time. */
  readonly progress?: (done: number, total: number) => void;
  readonly signal?: AbortSignal;
}

export interface DedupeFigures {
  /** Records looked at. */
  readonly patients: number;
  /** Pairs looked at, once for each key that they share. */
  readonly compared: number;
  /** Records that this run merged into older ones. */
  readonly merged: number;
  /** Pairs that this run put into the review queue. */
  readonly proposed: number;
  /** Of those that were read: records that are merged now, by this run or before it. */
  readonly mergedOfRead: number;
}

export const allPatients = `SELECT id, first_name, last_name, birth_date, sex, email, phone, address, external_ids, merged_into, legacy_id, created_at
  FROM people.patient`;

export function stopIfAsked({ signal }: Pick<DedupeRun, 'signal'>): void {
  signal?.throwIfAborted();
}
