/** What a source is to the pipeline: the tables that it reads, and the steps by which their rows become ours. */
import type { SourceName } from './legacy-options.ts';
import type { Mapping } from './mapping.ts';
import type { Stage } from './stage.ts';

export interface LegacySource {
  readonly name: SourceName;
  readonly tables: readonly SourceTable[];
  /** In the order in which they are written: parents before children. */
  readonly steps: readonly Step[];
  /** A statement that tells anew what is told of all rows together. */
  readonly afterWriting?: string;
  /** Tables that are worked out of rows that a run makes, and go with them. */
  readonly derived?: readonly Derived[];
  /** By table: columns of ours that the source has nothing for, and that the report counts. */
  readonly nothingFor?: Readonly<Record<string, readonly string[]>>;
  /** What the lists of codes may lead to; lists that are not named lead to any words. */
  readonly codes: Readonly<Record<string, readonly string[]>>;
}

export interface Derived {
  readonly table: string;
  readonly column: string;
  /** The step's target. */
  readonly of: string;
}

/** A table of the source under our name for it; the mapping says what it and its columns are called there. */
export interface SourceTable {
  readonly name: string;
  /** The column that names a row; the first required one. */
  readonly key: string;
  /** Absent: the run is refused in preparation. */
  readonly required: readonly string[];
  /** Absent: in words, what is taken instead. */
  readonly optional: Readonly<Record<string, string>>;
  /** Tells when a row was last changed. Null, or absent in the source: every row is read, and compared by content. */
  readonly changedAt: string | null;
  /** Rows that are read again because the row that they point to has changed or is new. */
  readonly follows?: { readonly column: string; readonly table: string };
  /** Rows that become part of the row of another table that names them. */
  readonly partOf?: { readonly table: string; readonly column: string };
}

/** One table of ours, filled from one of theirs. Its image is made first, in one statement; then it is written in batches. */
export interface Step {
  readonly name: string;
  /** The source table whose rows it tells of. */
  readonly from: string;
  /** With its schema. */
  readonly target: string;
  /** The column that is its key; where it is not `id`, the target whose id it holds. */
  readonly key?: { readonly column: string; readonly of: string };
  /** Columns of ours that are written, with their types; the key comes of itself. */
  readonly columns: Readonly<Record<string, string>>;
  /** Columns that are written when the row is made and are ours from then on. */
  readonly once?: readonly string[];
  /** Whether each row of `from` becomes one here, or is refused here: of one step of each table. */
  readonly isMain: boolean;
  /** Columns that name rows which other steps write. */
  readonly parents: Readonly<Record<string, string>>;
  /** Rows that a changed parent no longer has are taken away: the column that names the parent. */
  readonly mirrors?: string;
  /**
   * Selects `source_id`, `staged` (whether the row was read in this run), `findings` (see finding()), and the columns. It must
   * not fail on any value, and answers the same for the same rows.
   */
  readonly image: (stage: Stage, mapping: Mapping) => string;
}

export const keyOf = (step: Step): string => step.key?.column ?? 'id';

/** SQL for a table of ours: `user` is a reserved word. */
export const tableOf = ({ target }: { readonly target: string }): string =>
  target
    .split('.')
    .map((part) => `"${part}"`)
    .join('.');

export type FindingKind = 'REFUSED' | 'REPAIRED' | 'NOTED';

/** SQL that tells of a finding where the condition holds; findings are an array of these without the nulls. */
export function finding(when: string, kind: FindingKind, code: string, column: string): string {
  return `CASE WHEN ${when} THEN '${kind} ${code} ${column}' END`;
}

export function findings(all: readonly string[]): string {
  return `array_remove(ARRAY[${all.join(', ')}]::text[], NULL)`;
}

/** SQL for a moment that the source tells of; null where it cannot be, or lies in the future. */
export function pastMoment(sql: string, stage: Stage): string {
  return `(SELECT CASE WHEN m <= ${stage.snapshotAt} THEN m END FROM (SELECT legacy.real_instant(${sql}) AS m OFFSET 0) m)`;
}
