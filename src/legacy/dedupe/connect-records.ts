/**
 * Numbers the groups of records that alike pairs or former merges connect, by the oldest record of each, in a temporary table
 * that leaves out these oldest ones and all who stand alone. Holds four bytes a record, however many pairs were found.
 */
import { ConnectedRecords } from '../../domain/people/duplicates/connected-records.ts';
import { stopIfAsked, type DedupeRun } from './dedupe-run.ts';
import { readInBatches } from './read-in-batches.ts';

const connections = `
  SELECT left_n AS left, right_n AS right FROM dedupe_pair WHERE NOT is_apart
  UNION ALL SELECT k.n, m.n FROM dedupe_record m JOIN dedupe_record k ON k.id = m.merged_into`;
const batchSize = 10_000;

export async function connectRecords(run: DedupeRun, records: number): Promise<void> {
  const { client } = run;
  const connected = new ConnectedRecords(records);
  for await (const rows of readInBatches<{ left: number; right: number }>(client, connections)) {
    stopIfAsked(run);
    for (const { left, right } of rows) connected.connect(left, right);
  }
  await client.query('CREATE TEMP TABLE dedupe_group (n integer PRIMARY KEY, first_n integer NOT NULL)');
  for (let after = 0; after < records; after += batchSize) {
    stopIfAsked(run);
    const batch = Array.from({ length: Math.min(batchSize, records - after) }, (_, place) => after + place + 1);
    const members = batch.filter((n) => connected.firstOf(n) !== n);
    await client.query('INSERT INTO dedupe_group SELECT * FROM unnest($1::integer[], $2::integer[])', [
      members,
      members.map((n) => connected.firstOf(n)),
    ]);
  }
  await client.query('ANALYZE dedupe_group');
}
