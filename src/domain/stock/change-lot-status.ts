/**
 * Puts a lot into quarantine, or ends that, at every location at once: whoever holds the lot, its units stand still from
 * this commit on. Units that another cause holds stay in quarantine when it ends.
 * Refuses: BAD_USER_INPUT, IDEMPOTENCY_CONFLICT, NOT_FOUND. Locks: key, lot, all its stock rows by id, reservations.
 */
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import { checkKey, claim, gate, type Claim, type Result } from '../claim.ts';
import { text } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import { lockedStockColumns, lockedStockJoins, type LockedStock } from './lock-stock.ts';
import { endQuarantine, quarantineUnits } from './quarantine.ts';
import { stockChanged } from './stock-audit.ts';

export interface ChangeLotStatus {
  readonly idempotencyKey: string;
  readonly lotId: string;
  readonly quarantined: boolean;
  readonly reason: string;
}

export async function changeLotStatus(tx: Tx, input: ChangeLotStatus): Promise<Result> {
  checkKey(input.idempotencyKey);
  optionalUuid(input.lotId, 'lotId');
  const reason = text(input.reason, 'reason', { max: 1_000 });
  const result = { lot: [input.lotId] };
  const said: Claim = { mutation: 'changeLotStatus', key: input.idempotencyKey, input, result };
  const claimed = await claim<{ quarantined: boolean }>(tx, said, {
    locked: `SELECT * FROM inventory.inventory_lot WHERE ${gate} AND id = $8 FOR NO KEY UPDATE`,
    columns: 'l.quarantined',
    values: [input.lotId],
  });
  if (claimed.replay !== null) return claimed.replay;
  const [lot] = claimed.rows;
  if (lot === undefined) throw notFound('lot', input.lotId);

  const stocks = await lockAndMark(tx, input);
  const change = input.quarantined ? quarantineUnits : endQuarantine;
  const rest = {
    reason,
    audit: [
      {
        entity: 'inventory_lot',
        entityId: input.lotId,
        action: 'changeLotStatus',
        before: { quarantined: lot.quarantined },
        after: { quarantined: input.quarantined, stockIds: stocks.map(({ id }) => id) },
        reason,
      },
    ],
    outbox: [{ topic: 'lot.changed' as const, payload: { lotId: input.lotId } }, ...stocks.map(stockChanged)],
  };
  await change(tx, stocks, { cause: 'MANUAL', reference: input.lotId }, rest);
  return result;
}

/** In a statement after the lot's lock, so that rows are seen that were made while this one waited. */
async function lockAndMark(tx: Tx, input: ChangeLotStatus): Promise<LockedStock[]> {
  return tx.sql<LockedStock>(
    `WITH l AS MATERIALIZED (SELECT * FROM inventory.stock WHERE lot_id = $1 ORDER BY id FOR UPDATE),
     lot AS (UPDATE inventory.inventory_lot SET quarantined = $2 WHERE id = $1),
     marked AS (UPDATE inventory.stock s SET lot_quarantined = $2 FROM l WHERE s.id = l.id)
     SELECT ${lockedStockColumns.replace('l.lot_quarantined', '$2::boolean')} FROM l ${lockedStockJoins} ORDER BY l.id`,
    [input.lotId, input.quarantined],
  );
}
