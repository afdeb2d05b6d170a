/**
 * Ends a count without posting anything; its batches may be counted anew.
 * Refuses: BAD_USER_INPUT, IDEMPOTENCY_CONFLICT, NOT_FOUND, INVALID_STATUS_TRANSITION. Locks: key, the count.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { Statement } from '../../db/statement.ts';
import { addAudit } from '../audit.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { addOutbox } from '../outbox.ts';
import { optionalText } from '../text.ts';
import { countAudit, countChanged } from './count-audit.ts';
import { requireCountMove } from './count-status.ts';
import { claimCount } from './lock-count.ts';
import type { CountAction } from './submit-count.ts';

export async function cancelCount(tx: Tx, input: CountAction): Promise<Result> {
  checkKey(input.idempotencyKey);
  const reason = optionalText(input.reason, 'reason', 1_000);
  const result = { count: [input.countId] };
  const said: Claim = { mutation: 'cancelCount', key: input.idempotencyKey, input, result };
  const claimed = await claimCount(tx, said, input.countId);
  if (claimed.replay !== null) return claimed.replay;
  const { count } = claimed;
  requireCountMove(count.id, count.status, 'CANCELLED');
  const statement = new Statement();
  const [id, by] = [statement.value(count.id, 'uuid'), statement.value(tx.actor.id, 'uuid')];
  statement.with('let_go', `UPDATE inventory.inventory_count_line SET open = false WHERE count_id = ${id}`);
  statement.with(
    'cancelled',
    `UPDATE inventory.inventory_count SET status = 'CANCELLED', cancelled_by = ${by}, cancelled_at = clock_timestamp() WHERE id = ${id}`,
  );
  addAudit(statement, tx, [countAudit('cancelCount', count, { status: 'CANCELLED' }, reason)]);
  addOutbox(statement, [countChanged(count)]);
  await statement.run(tx, 'SELECT');
  return result;
}
