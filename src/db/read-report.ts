import type { DataSource } from 'typeorm';

/** One read that may take half a minute, as a report over everything may; other statements have five seconds. */
export async function readReport<Row>(db: DataSource, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  return db.transaction(async (tx) => {
    // A limit is taken when a statement begins, so it is raised in the one before.
    await tx.query(
      `SELECT set_config('transaction_read_only', 'on', true), set_config('statement_timeout', '30s', true)`,
    );
    return tx.query<Row[]>(text, [...values]);
  });
}
