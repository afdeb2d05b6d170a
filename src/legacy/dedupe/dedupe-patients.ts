/**
 * Finds records that are one person's. Those that surely are (a confidence of 0.95 or more) are merged at once: the oldest
 * is kept, the others point to it, nothing is deleted. Those that may be (0.75 or more) are proposed to people. A pair that
 * was proposed before, or dismissed, or whose merge was taken back, is left as it is. Run again, it changes nothing;
 * interrupted, it goes on where it stopped. Memory does not grow with the records but by four bytes each, nor with the pairs.
 */
import { compareRecords } from './compare-records.ts';
import { blockingKinds } from '../../domain/people/duplicates/blocking-keys.ts';
import type { DedupeFigures, DedupeRun } from './dedupe-run.ts';
import { planMerges } from './plan-merges.ts';
import { dropTemporary, readRecords } from './read-records.ts';
import { writeDuplicates } from './write-duplicates.ts';

export async function dedupePatients(run: DedupeRun): Promise<DedupeFigures> {
  const steps = blockingKinds.length + 2;
  let done = 0;
  const step = () => run.progress?.((done += 1), steps);
  const before = await writtenBy(run);
  const records = await readRecords(run);
  step();
  const compared = await compareRecords(run, { records }, step);
  const plan = await planMerges(run, records);
  const mergedOfRead = await countMergedOfRead(run);
  if (!run.dryRun) await writeDuplicates(run);
  await dropTemporary(run.client);
  step();
  return {
    patients: records,
    compared,
    merged: before.merged + plan.merges,
    proposed: before.proposed + plan.proposals,
    mergedOfRead,
  };
}

async function countMergedOfRead({ client, read }: DedupeRun): Promise<number> {
  if (read === undefined) return 0;
  const { rows } = await client.query<{ merged: number }>(
    `SELECT count(*)::integer AS merged FROM dedupe_record r
     WHERE (r.merged_into IS NOT NULL OR r.n IN (SELECT goes_n FROM dedupe_plan)) AND r.id IN (${read})`,
  );
  return rows[0]?.merged ?? 0;
}

/** By this same run, before it was interrupted. */
async function writtenBy({ client, runId }: DedupeRun): Promise<Pick<DedupeFigures, 'merged' | 'proposed'>> {
  const { rows } = await client.query<Pick<DedupeFigures, 'merged' | 'proposed'>>(
    `SELECT count(*) FILTER (WHERE status = 'MERGED')::integer AS merged, count(*) FILTER (WHERE status <> 'MERGED')::integer AS proposed
     FROM people.duplicate_candidate WHERE run_id = $1`,
    [runId],
  );
  return rows[0] ?? { merged: 0, proposed: 0 };
}
