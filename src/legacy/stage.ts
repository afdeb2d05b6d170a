/** Names of a run's staging tables, and what of the source is there. */
export class Stage {
  constructor(
    readonly run: { readonly id: string; readonly number: number },
    readonly source: string,
    /** By table of the source, the columns that exist, under our names. */
    readonly columns: ReadonlyMap<string, ReadonlySet<string>>,
    /** SQL for the moment of the source's first snapshot. */
    readonly snapshotAt: string,
    /** Of these tables other rows are looked at than those that were read. */
    private readonly instead: ReadonlyMap<string, string> = new Map(),
  ) {}

  /** Rows as they were read, every column as text. */
  rows(table: string): string {
    return this.instead.get(table) ?? `legacy.r${this.run.number}_${table}`;
  }

  with(table: string, rows: string): Stage {
    return new Stage(this.run, this.source, this.columns, this.snapshotAt, new Map([[table, rows]]));
  }

  /** Rows as they are to be written. */
  image(step: string): string {
    return `legacy.r${this.run.number}_image_${step}`;
  }

  has(table: string, column: string): boolean {
    return this.columns.get(table)?.has(column) ?? false;
  }

  /** SQL for the id that a row of theirs has with us. */
  id(target: string, legacyId: string): string {
    return `legacy.target_id('${this.source}', '${target}', ${legacyId})`;
  }

  /**
   * SQL for whether a row of theirs has come, in this run or in an earlier one. Of steps whose images are made already;
   * for a join, not for each row.
   */
  taken(step: { readonly name: string; readonly from: string; readonly target: string }): string {
    return `(SELECT source_id AS legacy_id FROM ${this.image(step.name)} WHERE NOT refused
      UNION SELECT legacy_id FROM ops.legacy_row WHERE source = '${this.source}' AND source_table = '${step.from}' AND target_table = '${step.target}')`;
  }
}
