/** What nobody asks for any more: old idempotency keys, save those of dispenses, outbox rows long sent, and wrong passwords of days ago. In small batches. */
import { inTransaction } from '../db/in-transaction.ts';
import type { DataSource } from 'typeorm';
import { systemSession } from './system-session.ts';

const batchSize = 5_000;

export interface Purged {
  readonly keys: number;
  readonly outbox: number;
  readonly signInFailures: number;
}

export async function purge(db: DataSource): Promise<Purged> {
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
