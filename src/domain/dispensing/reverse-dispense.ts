/**
 * Takes a dispense record back, the whole of it, once: to the shelf, as RETURN to the rows it came from, or not, as
 * returned and wasted in one step. It writes no analytics event; a row beside the original one takes that out of counts.
 * Units of a controlled drug, of a lot that may not be used any more, or of a closed batch that was out of its limits for
 * too long, return into quarantine; a closed batch gets a sibling.
 * Refuses: BAD_USER_INPUT, IDEMPOTENCY_CONFLICT, NOT_FOUND, WITNESS_REQUIRED (controlled, wasted), ALREADY_REVERSED.
 * Locks: key, lots (shared), stock rows by id; the batch sequence last.
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import type { WasteReason } from '../../schema/enums.ts';
import { rescoreAfterReversal } from '../analytics/rescore-repeats.ts';
import { checkKey, claim, gate, type Claim, type Claimed, type Result } from '../claim.ts';
import { negated } from '../decimal.ts';
import { requireWitness, type Witness } from '../people/witness.ts';
import { lockedStockColumns, lockedStockJoins, type LockedStock } from '../stock/lock-stock.ts';
import { codeColumns, codeJoins, makeSibling, type Codes } from '../stock/make-sibling.ts';
import type { LedgerLine } from '../stock/post.ts';
import { settle } from '../stock/settle.ts';
import { whyUnusable } from '../stock/usable.ts';
import { text } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import { writeReversal, type GivenRecord, type Returned } from './write-reversal.ts';

export interface ReverseDispense {
  readonly idempotencyKey: string;
  readonly dispenseRecordId: string;
  readonly returnToStock: boolean;
  readonly reason: string;
  readonly wasteReason?: WasteReason | null;
  readonly witness?: Witness | null;
}

type Batch = LockedStock & Codes & { readonly stockUnit: string };

interface Allocated {
  readonly stockId: string;
  readonly quantity: string;
}

export async function reverseDispense(tx: Tx, input: ReverseDispense): Promise<Result> {
  checkKey(input.idempotencyKey);
  optionalUuid(input.dispenseRecordId, 'dispenseRecordId');
  const reason = text(input.reason, 'reason', { max: 1_000 });
  if (input.returnToStock && input.wasteReason != null) {
    throw new Refusal('BAD_USER_INPUT', 'wasteReason is for units that do not return to stock.', {
      field: 'wasteReason',
    });
  }
  const reversalId = uuid();
  const result = { record: [reversalId] };
  const said: Claim = { mutation: 'reverseDispense', key: input.idempotencyKey, input, result };
  const claimed = await lockBatches(tx, said, input.dispenseRecordId);
  if (claimed.replay !== null) return claimed.replay;
  if (claimed.rows.length === 0) throw notFound('dispense record', input.dispenseRecordId);
  const { record, allocations } = await readRecord(tx, input.dispenseRecordId);
  if (!input.returnToStock) requireWitness(claimed.rows[0]?.deaSchedule ?? null, input.witness ?? null);
  requireOnce(record);

  const returned: Returned[] = [];
  for (const { stockId, quantity } of allocations) {
    const stock = claimed.rows.find(({ id }) => id === stockId);
    if (stock === undefined) throw new Error('A row of the record was not locked');
    returned.push(await comeBack(tx, stock, quantity, input, reversalId));
  }
  const wasteReason = input.returnToStock ? null : (input.wasteReason ?? 'OTHER');
  await writeReversal(tx, { id: reversalId, record, returned, reason, wasteReason, witness: input.witness ?? null });
  await rescoreAfterReversal(tx, [record.eventId]);
  return result;
}

/** The lots first, shared: whoever blocks one waits for this return, or this return for that. */
async function lockBatches(tx: Tx, said: Claim, recordId: string): Promise<Claimed<Batch>> {
  return claim<Batch>(tx, said, {
    locked: `WITH held AS MATERIALIZED (SELECT o.id FROM inventory.inventory_lot o
        WHERE ${gate} AND o.id IN (SELECT lot_id FROM inventory.dispense_allocation WHERE dispense_record_id = $8) ORDER BY o.id FOR SHARE)
      SELECT s.* FROM inventory.stock s
      WHERE ${gate} AND (SELECT count(*) FROM held) > 0 AND ($9::boolean OR s.location_id = ANY($10::uuid[]))
        AND s.id IN (SELECT stock_id FROM inventory.dispense_allocation WHERE dispense_record_id = $8) ORDER BY s.id FOR UPDATE`,
    columns: `${lockedStockColumns}, ${codeColumns}, p.stock_unit AS "stockUnit"`,
    joins: `${lockedStockJoins} ${codeJoins}`,
    values: [recordId, tx.actor.isSystem, tx.actor.locationIds],
  });
}

/** After the lock, so that a reversal is seen that was made while this one waited. */
async function readRecord(
  tx: Tx,
  id: string,
): Promise<{ readonly record: GivenRecord; readonly allocations: readonly Allocated[] }> {
  const rows = await tx.sql<GivenRecord & Allocated>(
    `SELECT r.id, r.encounter_id AS "encounterId", r.location_id AS "locationId", r.product_id AS "productId", r.event_id AS "eventId",
       r.reverses IS NOT NULL AS "isReversal",
       (SELECT v.id FROM inventory.dispense_record v WHERE v.reverses = r.id) AS "reversedBy", a.stock_id AS "stockId", a.quantity
     FROM inventory.dispense_record r JOIN inventory.dispense_allocation a ON a.dispense_record_id = r.id WHERE r.id = $1 ORDER BY a.stock_id`,
    [id],
  );
  const [record] = rows;
  if (record === undefined) throw notFound('dispense record', id);
  return { record, allocations: rows };
}

function requireOnce({ id, isReversal, reversedBy }: GivenRecord): void {
  if (!isReversal && reversedBy === null) return;
  throw new Refusal(
    'ALREADY_REVERSED',
    isReversal ? 'This record is itself a reversal.' : 'This record has been reversed already.',
    { dispenseRecordId: id, reversedBy },
  );
}

async function comeBack(
  tx: Tx,
  stock: Batch,
  quantity: string,
  input: ReverseDispense,
  reversalId: string,
): Promise<Returned> {
  const referred = { referenceType: 'dispense_record', referenceId: reversalId };
  const transactionId = uuid();
  if (!input.returnToStock) {
    const lines = wasteLines(stock, quantity, referred, transactionId);
    return { stock, quantity, transactionId, lines, causes: [], status: null };
  }
  const home = stock.status === 'CLOSED' ? await makeSibling(tx, stock, quantity) : stock;
  const wasTooWarm = home !== stock && stock.excursionId !== null;
  const isHeldBack = stock.deaSchedule !== null || whyUnusable(stock) !== null || wasTooWarm;
  const settled = settle(home, quantity, isHeldBack ? [{ cause: 'RETURN', reference: reversalId }] : []);
  return {
    stock: home,
    quantity,
    transactionId,
    lines: [returnLine(home, quantity, referred, transactionId), ...settled.lines],
    causes: settled.causes,
    status: home === stock ? null : { stockId: home.id, to: 'LIVE' },
  };
}

type Referred = Pick<LedgerLine, 'referenceType' | 'referenceId'>;

function returnLine(stock: LockedStock, quantity: string, referred: Referred, id: string): LedgerLine {
  return { id, stockId: stock.id, type: 'RETURN', bucket: 'ON_HAND', change: quantity, ...referred };
}

/** In and out in one step: a closed batch stays closed, and nothing is free in between. */
function wasteLines(stock: LockedStock, quantity: string, referred: Referred, id: string): LedgerLine[] {
  const waste: LedgerLine = {
    stockId: stock.id,
    type: 'WASTE',
    bucket: 'ON_HAND',
    change: negated(quantity),
    ...referred,
  };
  return [returnLine(stock, quantity, referred, id), waste];
}
