/** Whether there is so much stock that what looks at all of it is worth avoiding. Locks nothing. */
import type { DataSource } from 'typeorm';
import { read } from '../../db/prepared.ts';

/** So many batches are sorted, or added up, in some 50 ms. */
const largeFrom = 50_000;
const askAgainMs = 60_000;

interface Answer {
  readonly at: number;
  readonly isLarge: boolean;
}
const answers = new WeakMap<DataSource, Answer>();

/** By the planner's estimate, which costs nothing; asked for once a minute. */
export async function isLargeInventory(db: DataSource): Promise<boolean> {
  const known = answers.get(db);
  if (known !== undefined && performance.now() - known.at < askAgainMs) return known.isLarge;
  const [row] = await read<{ isLarge: boolean }>(
    db,
    `SELECT reltuples >= ${largeFrom} AS "isLarge" FROM pg_class WHERE oid = 'inventory.stock'::regclass`,
  );
  const isLarge = row?.isLarge === true;
  answers.set(db, { at: performance.now(), isLarge });
  return isLarge;
}
