/**
 * What nobody asks for any more: old idempotency keys, save those of dispenses, outbox rows long sent, runs of jobs,
 * deliveries long over, wrong passwords of days ago. In small batches.
 */
import { inTransaction } from '../db/in-transaction.ts';
import type { DataSource } from 'typeorm';
import type { Job, Outcome } from './job.ts';
import { day } from './schedules.ts';
import { systemSession } from './system-session.ts';

const batchSize = 5_000;

export const purgeJob: Job = {
  name: 'purge',
  queue: 'maintenance',
  schedule: { words: 'every day', everyMs: day },
  handle: ({ db }) => purge(db),
};

export async function purge(db: DataSource): Promise<Outcome> {
  return {
    keys: await inBatches(
      db,
      `DELETE FROM ops.idempotency_key WHERE ctid = ANY (ARRAY(SELECT ctid FROM ops.idempotency_key
       WHERE created_at < now() - interval '90 days' AND mutation <> 'dispense' LIMIT ${batchSize})) RETURNING 1`,
    ),
    outbox: await inBatches(
      db,
      `DELETE FROM ops.outbox WHERE id = ANY (ARRAY(SELECT id FROM ops.outbox
       WHERE sent_at < now() - interval '7 days' LIMIT ${batchSize})) RETURNING 1`,
    ),
    lostRuns: await inBatches(
      db,
      `UPDATE ops.job_run SET state = 'FAILED', finished_at = clock_timestamp(), error = 'Its worker ended, and the queue does not know it any more.'
       WHERE id = ANY (ARRAY(SELECT id FROM ops.job_run WHERE finished_at IS NULL AND requested_at < now() - interval '1 day'
         AND coalesce(started_at, requested_at) < now() - interval '1 day' LIMIT ${batchSize})) RETURNING 1`,
    ),
    runs: await inBatches(
      db,
      `DELETE FROM ops.job_run WHERE id = ANY (ARRAY(SELECT id FROM ops.job_run
       WHERE finished_at < now() - CASE state WHEN 'COMPLETED' THEN interval '2 days' ELSE interval '60 days' END LIMIT ${batchSize})) RETURNING 1`,
    ),
    // With all that went in the same mail.
    deliveries: await inBatches(
      db,
      `DELETE FROM ops.delivery WHERE leader_id = ANY (ARRAY(SELECT id FROM ops.delivery WHERE id = leader_id AND state <> 'WAITING'
         AND created_at < now() - CASE state WHEN 'SENT' THEN interval '30 days' ELSE interval '90 days' END LIMIT ${batchSize})) RETURNING 1`,
    ),
    // Far longer than a lock lasts; strangers can fill this table with whatever address they type.
    signInFailures: await inBatches(
      db,
      `DELETE FROM people.sign_in_failure WHERE email_key = ANY (ARRAY(SELECT email_key FROM people.sign_in_failure
       WHERE last_failed_at < now() - interval '1 day' LIMIT ${batchSize})) RETURNING 1`,
    ),
  };
}

async function inBatches(db: DataSource, statement: string): Promise<number> {
  for (let total = 0; ;) {
    const gone = await inTransaction(systemSession(db), (tx) => tx.sql(statement));
    total += gone.length;
    if (gone.length < batchSize) return total;
  }
}
