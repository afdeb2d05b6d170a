/**
 * Writes units of a batch off, out of the bucket that is named, or doses of an opened vial that goes on: why, what they
 * cost, who did it, and for a controlled drug who saw it.
 * Refuses: BAD_USER_INPUT, INVALID_QUANTITY, IDEMPOTENCY_CONFLICT, NOT_FOUND, INSUFFICIENT_INVENTORY, VIAL_NOT_OPEN,
 * VIAL_OVERDRAWN, WITNESS_REQUIRED. Locks: key, stock; or key, the batch (shared), the vial.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { Refusal } from '../../refusal.ts';
import type { StockBucket, WasteReason } from '../../schema/enums.ts';
import { checkKey, type Claim, type Result } from '../claim.ts';
import { exact, requirePositive, rounded } from '../decimal.ts';
import { checkOccurredAt } from '../occurred-at.ts';
import { requireWitness, type Witness } from '../people/witness.ts';
import { afterwards, linesOf, requireUnits } from '../stock/buckets.ts';
import { wasteMove } from '../stock/bucket-moves.ts';
import { claimStock } from '../stock/lock-stock.ts';
import { post } from '../stock/post.ts';
import { stockAudit, stockChanged } from '../stock/stock-audit.ts';
import { requireWitnessFor } from '../stock/witnessed.ts';
import { claimSession, type LockedSession } from '../vials/lock-session.ts';
import { wasteDoses, wasteRecorded } from '../vials/waste-doses.ts';
import { addWaste, wasteNote } from './add-waste.ts';

export interface RecordWaste {
  readonly idempotencyKey: string;
  readonly stockId?: string | null;
  readonly sessionId?: string | null;
  readonly bucket?: StockBucket | null;
  readonly quantity: string;
  readonly reason: WasteReason;
  readonly note?: string | null;
  readonly witness?: Witness | null;
  readonly occurredAt?: Date | null;
}

export async function recordWaste(tx: Tx, input: RecordWaste): Promise<Result> {
  checkKey(input.idempotencyKey);
  const note = wasteNote(input.reason, input.note);
  requirePositive(input.quantity, 'quantity');
  const { stockId = null, sessionId = null } = input;
  if (stockId !== null && sessionId === null) return wasteOfStock(tx, { ...input, stockId, note });
  if (sessionId !== null && stockId === null) return wasteOfVial(tx, { ...input, sessionId, note });
  throw new Refusal('BAD_USER_INPUT', 'Name either the batch (stockId) or the opened vial (sessionId).', {
    field: stockId === null ? 'stockId' : 'sessionId',
  });
}

type Checked = RecordWaste & { readonly note: string | null };

async function wasteOfStock(tx: Tx, input: Checked & { readonly stockId: string }): Promise<Result> {
  const bucket = input.bucket ?? 'ON_HAND';
  const move = wasteMove(bucket);
  if (move === null) {
    throw new Refusal('BAD_USER_INPUT', 'Reserved units are not wasted: release the reservation first.', {
      field: 'bucket',
    });
  }
  const id = uuid();
  const result = { waste: [id], stock: [input.stockId] };
  const said: Claim = { mutation: 'recordWaste', key: input.idempotencyKey, input, result };
  const claimed = await claimStock<{ readonly stockUnit: string }>(
    tx,
    said,
    input.stockId,
    'p.stock_unit AS "stockUnit"',
  );
  if (claimed.replay !== null) return claimed.replay;
  const { stock } = claimed;
  checkOccurredAt(input.occurredAt, stock.now);
  requireUnits(stock, bucket, input.quantity);
  const lines = linesOf(stock, move, input.quantity, { referenceType: 'waste_record', referenceId: id });
  requireWitnessFor(stock, lines, input.witness);
  const cost = stock.unitCost === null ? null : rounded(exact(stock.unitCost).times(input.quantity));
  const waste = { id, stockId: stock.id, sessionId: null, unit: stock.stockUnit, cost, witness: input.witness ?? null };
  const after = { ...afterwards(stock, lines), wasteId: id, wasteReason: input.reason };
  await post(
    tx,
    {
      lines,
      reason: input.note,
      occurredAt: input.occurredAt ?? null,
      audit: [stockAudit('recordWaste', stock, after, input.note, input.witness)],
      outbox: [stockChanged(stock), wasteRecorded(id, stock.locationId)],
    },
    (statement) => {
      addWaste(statement, tx, [{ ...input, ...waste, occurredAt: input.occurredAt ?? null }]);
    },
  );
  return result;
}

/** Spilled, or lost in drawing up: the vial goes on with what is left. */
async function wasteOfVial(tx: Tx, input: Checked & { readonly sessionId: string }): Promise<Result> {
  const said: Claim = { mutation: 'recordWaste', key: input.idempotencyKey, input };
  const claimed = await claimSession(tx, said, input.sessionId);
  if (claimed.replay !== null) return claimed.replay;
  const { session } = claimed;
  checkOccurredAt(input.occurredAt, session.now);
  requireDoses(session, input.quantity);
  requireWitness(session.deaSchedule, input.witness ?? null);
  const isEmpty = exact(session.remainingDoses).eq(input.quantity);
  return wasteDoses(tx, {
    session,
    action: 'recordWaste',
    status: isEmpty && session.status === 'OPEN' ? 'DEPLETED' : session.status,
    doses: input.quantity,
    reason: input.reason,
    note: input.note,
    witness: input.witness ?? null,
    occurredAt: input.occurredAt ?? null,
    said,
  });
}

/** What waits in an expired vial can be wasted too; a closed or empty one has nothing. */
function requireDoses({ id, status, remainingDoses, doseUnit }: LockedSession, quantity: string): void {
  if (status !== 'OPEN' && status !== 'EXPIRED') {
    throw new Refusal('VIAL_NOT_OPEN', `This vial is ${status}.`, { sessionId: id, status });
  }
  if (exact(quantity).lte(remainingDoses)) return;
  const remaining = exact(remainingDoses).toString();
  throw new Refusal('VIAL_OVERDRAWN', `Only ${remaining} (${doseUnit}) remain in this vial.`, {
    sessionId: id,
    remaining,
    requested: quantity,
  });
}
