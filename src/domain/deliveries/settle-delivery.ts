/**
 * Writes down what became of an attempt, for a mail on all that goes in it. That it arrived is true whoever says so;
 * that it failed is said only by who has the lease: where it was lost, another is sending.
 * Locks: the deliveries.
 */
import type { Tx } from '../../db/in-transaction.ts';
import type { Claimed } from './claim-deliveries.ts';
import { fateOf, type Failure } from './retry.ts';

export async function markSent(tx: Tx, { id }: Claimed): Promise<void> {
  await tx.sql(
    `UPDATE ops.delivery SET state = 'SENT', sent_at = clock_timestamp(), leased_until = NULL, last_error = NULL
     WHERE leader_id = $1 AND state <> 'SENT'`,
    [id],
  );
}

/** Whether it is given up. */
export async function markFailed(tx: Tx, claimed: Claimed, failure: Failure): Promise<boolean> {
  const { id, attempts } = claimed;
  const fate = fateOf(claimed, failure, Math.random());
  const error = failure.error.slice(0, 200);
  const mine = `WITH mine AS MATERIALIZED (
       SELECT id FROM ops.delivery WHERE id = $1 AND attempts = $2 AND state = 'WAITING' FOR UPDATE)`;
  if (fate.isDead) {
    await tx.sql(
      `${mine} UPDATE ops.delivery d SET state = 'DEAD', leased_until = NULL, last_error = $3 FROM mine WHERE d.leader_id = mine.id`,
      [id, attempts, error],
    );
  } else {
    await tx.sql(
      `${mine} UPDATE ops.delivery d SET leased_until = NULL, last_error = $3, holds = $4,
         next_attempt_at = clock_timestamp() + make_interval(secs => $5::float8 / 1000)
       FROM mine WHERE d.leader_id = mine.id`,
      [id, attempts, error, fate.holds, fate.delayMs],
    );
  }
  return fate.isDead;
}
