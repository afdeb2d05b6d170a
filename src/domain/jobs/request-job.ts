/**
 * Asks the workers for a run of a job. The run has its row at once, so that whoever asked can follow it; the outbox
 * carries the wish to the queue. Locks nothing.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { audit } from '../audit.ts';
import { claimOnly, type Result } from '../claim.ts';
import { tell } from '../outbox.ts';

export async function requestJob(
  tx: Tx,
  mutation: string,
  name: string,
  input: Readonly<Record<string, unknown>> = {},
): Promise<Result> {
  await claimOnly(tx, { mutation, key: null, input });
  const id = uuid();
  await tx.sql(
    `INSERT INTO ops.job_run (id, name, queue_job_id, state, requested_by, input) VALUES ($1::uuid, $2, $1::text, 'WAITING', $3, $4)`,
    [id, name, tx.actor.id, JSON.stringify(input)],
  );
  await audit(tx, { entity: 'job_run', entityId: id, action: mutation, after: { name, input } });
  await tell(tx, { topic: 'job.requested', payload: { name, runId: id } });
  return { job: [id] };
}
