/** Rows of a statement, some at a time: neither we nor the server's answer hold them all. In a transaction of its own. */
import type pg from 'pg';

const batchSize = 1_000;

export async function* readInBatches<Row extends pg.QueryResultRow>(
  client: pg.ClientBase,
  sql: string,
  values: readonly unknown[] = [],
): AsyncGenerator<readonly Row[]> {
  await client.query('BEGIN');
  try {
    await client.query(`DECLARE batches NO SCROLL CURSOR FOR ${sql}`, [...values]);
    for (;;) {
      const { rows } = await client.query<Row>(`FETCH ${batchSize} FROM batches`);
      if (rows.length > 0) yield rows;
      if (rows.length < batchSize) break;
    }
  } finally {
    // What went wrong is what must be heard, not that a lost connection could not commit.
    await client.query('COMMIT').catch(() => undefined);
  }
}
