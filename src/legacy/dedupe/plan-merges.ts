/** Decides, over all pairs that were found and all that was decided before, what is merged and what is proposed. */
import {
  groupRecords,
  type Grouped,
  type Known,
  type ScoredPair,
} from '../../domain/people/duplicates/group-records.ts';
import { thresholds } from '../../domain/people/duplicates/weights.ts';
import type { DedupeRun } from './dedupe-run.ts';

export async function planMerges({ client }: DedupeRun): Promise<Grouped> {
  const pairs = await client.query<ScoredPair>(
    `SELECT left_n AS left, right_n AS right, confidence, is_apart AS "isApart" FROM dedupe_pair`,
  );
  const merged = await client.query<{ record: number; into: number }>(
    `SELECT m.n AS record, k.n AS into FROM dedupe_record m JOIN dedupe_record k ON k.id = m.merged_into`,
  );
  const decided = await client.query<{ left: number; right: number }>(
    `SELECT l.n AS left, r.n AS right FROM people.duplicate_candidate c JOIN dedupe_record l ON l.id = c.left_id JOIN dedupe_record r ON r.id = c.right_id`,
  );
  const known: Known = {
    merged: merged.rows.map(({ record, into }) => [record, into]),
    pairs: decided.rows.map(({ left, right }) => [left, right]),
  };
  return groupRecords(pairs.rows, known, thresholds);
}
