/** Writes a reversal, whole, in one statement: ledger and stock, record, allocations, the event's mark, audit, outbox. */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import type { Statement } from '../../db/statement.ts';
import { exact, rounded, sum } from '../decimal.ts';
import { addReversedDays } from '../analytics/dirty-days.ts';
import type { WasteReason } from '../../schema/enums.ts';
import type { Witness } from '../people/witness.ts';
import type { LockedStock } from '../stock/lock-stock.ts';
import { post, type LedgerLine, type StatusMove } from '../stock/post.ts';
import type { CauseLine } from '../stock/quarantine-causes.ts';
import { addWaste, type NewWaste } from '../waste/add-waste.ts';
import { stockChanged } from '../stock/stock-audit.ts';

export interface GivenRecord {
  readonly id: string;
  readonly encounterId: string;
  readonly locationId: string;
  readonly productId: string;
  readonly eventId: string;
  readonly isReversal: boolean;
  readonly reversedBy: string | null;
}

/** What one allocation comes back as. */
export interface Returned {
  readonly stock: LockedStock & { readonly stockUnit: string };
  readonly quantity: string;
  /** Of the RETURN line. */
  readonly transactionId: string;
  readonly lines: readonly LedgerLine[];
  readonly causes: readonly CauseLine[];
  readonly status: StatusMove | null;
}

export interface Reversal {
  readonly id: string;
  readonly record: GivenRecord;
  readonly returned: readonly Returned[];
  readonly reason: string;
  /** Null where the units went back to stock. */
  readonly wasteReason: WasteReason | null;
  readonly witness: Witness | null;
}

export async function writeReversal(tx: Tx, reversal: Reversal): Promise<void> {
  const { id, record, returned, reason } = reversal;
  await post(
    tx,
    {
      lines: returned.flatMap(({ lines }) => lines),
      causes: { fresh: returned.flatMap(({ causes }) => causes) },
      status: returned.flatMap(({ status }) => status ?? []),
      reason,
      audit: [
        {
          entity: 'dispense_record',
          entityId: id,
          action: 'reverseDispense',
          locationId: record.locationId,
          before: { onHand: onHandOf(returned, ({ stock }) => stock.onHand) },
          after: {
            onHand: onHandOf(returned, ({ stock, quantity }) =>
              reversal.wasteReason === null ? sum([stock.onHand, quantity]) : stock.onHand,
            ),
            reverses: record.id,
            wasteReason: reversal.wasteReason,
            witnessedBy: reversal.witness?.id ?? null,
            returned: returned.map(({ stock, quantity }) => ({ stockId: stock.id, lotId: stock.lotId, quantity })),
          },
          reason,
        },
      ],
      outbox: [
        {
          topic: 'dispense.reversed',
          payload: { recordId: id, reverses: record.id, eventId: record.eventId, locationId: record.locationId },
        },
        ...returned.map(({ stock }) => stockChanged(stock)),
      ],
    },
    (statement) => {
      addRecord(statement, tx, reversal);
      addAllocations(statement, reversal);
      markEvent(statement, tx, reversal);
      addWaste(statement, tx, wastesOf(reversal));
    },
  );
}

/** What did not go back to stock was given out and is lost: one record a batch. */
function wastesOf({ returned, reason, wasteReason, witness }: Reversal): NewWaste[] {
  if (wasteReason === null) return [];
  return returned.map(({ stock, quantity }) => ({
    id: uuid(),
    stockId: stock.id,
    sessionId: null,
    quantity,
    unit: stock.stockUnit,
    reason: wasteReason,
    note: reason,
    cost: stock.unitCost === null ? null : rounded(exact(stock.unitCost).times(quantity)),
    witness,
    occurredAt: null,
  }));
}

function onHandOf(returned: readonly Returned[], units: (one: Returned) => string): Readonly<Record<string, string>> {
  return Object.fromEntries(returned.map((one) => [one.stock.id, exact(units(one)).toString()]));
}

/** It names the original's event: there is no other. */
function addRecord(statement: Statement, tx: Tx, { id, record, reason }: Reversal): void {
  statement.with(
    'record',
    `INSERT INTO inventory.dispense_record (id, encounter_id, location_id, product_id, patient_id, provider_id, performed_by, quantity,
       unit_price, dispensed_at, recorded_at, event_id, event_timestamp, reverses, reason)
     SELECT ${statement.value(id, 'uuid')}, r.encounter_id, r.location_id, r.product_id, r.patient_id, r.provider_id,
       ${statement.value(tx.actor.id, 'uuid')}, r.quantity, r.unit_price, clock.at, clock.at, r.event_id, r.event_timestamp, r.id, ${statement.value(reason, 'text')}
     FROM inventory.dispense_record r, clock WHERE r.id = ${statement.value(record.id, 'uuid')}`,
  );
}

function addAllocations(statement: Statement, { id, returned }: Reversal): void {
  const ids = returned.map(({ transactionId }) => transactionId);
  statement.with(
    'allocation',
    `INSERT INTO inventory.dispense_allocation (dispense_record_id, transaction_id, transaction_recorded_at, stock_id, lot_id, quantity, unit_cost)
     SELECT ${statement.value(id, 'uuid')}, l.id, l.recorded_at, l.stock_id, l.lot_id, l.quantity_change, l.unit_cost
     FROM ledger l WHERE l.id = ANY(${statement.value(ids, 'uuid[]')})`,
  );
}

function markEvent(statement: Statement, tx: Tx, { record, reason }: Reversal): void {
  statement.with(
    'event_mark',
    `INSERT INTO dpap.event_reversal (event_id, event_timestamp, reversed_at, reversed_by, reason)
     SELECT r.event_id, r.event_timestamp, clock.at, ${statement.value(tx.actor.id, 'uuid')}, ${statement.value(reason, 'text')}
     FROM inventory.dispense_record r, clock WHERE r.id = ${statement.value(record.id, 'uuid')} RETURNING event_id, event_timestamp`,
  );
  addReversedDays(statement, 'event_mark');
}
