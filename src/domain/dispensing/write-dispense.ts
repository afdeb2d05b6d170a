/** Writes a dispense, whole, in one statement: ledger and stock, records, allocations, events, audit, outbox. */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import type { Statement } from '../../db/statement.ts';
import type { DispenseRecord } from '../../entities/dispense-record.ts';
import { exact, negated } from '../decimal.ts';
import type { AuditLine } from '../audit.ts';
import { closeReservations, releaseLine } from '../stock/held-reservation.ts';
import type { LockedStock } from '../stock/lock-stock.ts';
import { postLast, type LedgerLine } from '../stock/post.ts';
import { settle } from '../stock/settle.ts';
import { stockChanged } from '../stock/stock-audit.ts';
import type { Draw, DrawLine } from './draw.ts';
import type { Encounter, EventProduct, NewEvent } from './event.ts';
import { addEvents, addToldAt } from './write-events.ts';

export interface DispenseBatch extends LockedStock, EventProduct {
  readonly deaSchedule: EventProduct['deaSchedule'];
  readonly productId: string;
  readonly timeZone: string;
  /** The day there on which it happened, as told. */
  readonly dispensedOn: string;
  readonly unitPrice: string | null;
  readonly birthDate: string | null;
  readonly patientIsKnown: boolean;
  readonly mergedIntoId: string | null;
  readonly providerIsKnown: boolean;
}

export interface Dispensed {
  readonly id: string;
  readonly line: DrawLine;
  readonly draw: Draw<DispenseBatch>;
  readonly unitPrice: string | null;
  readonly event: NewEvent;
}

interface AllocationRow {
  readonly recordId: string;
  readonly transactionId: string;
  readonly stockId: string;
  readonly quantity: string;
}

export async function writeDispense(
  tx: Tx,
  encounter: Encounter,
  dispensed: readonly Dispensed[],
  reason: string | null,
): Promise<DispenseRecord[]> {
  const allocations: AllocationRow[] = dispensed.flatMap(({ id, draw }) =>
    draw.allocations.map(({ batch, quantity }) => ({
      recordId: id,
      transactionId: uuid(),
      stockId: batch.id,
      quantity,
    })),
  );
  const batches = new Map(dispensed.flatMap(({ draw }) => draw.allocations.map(({ batch }) => [batch.id, batch])));
  const { recordedAt } = await postLast(
    tx,
    {
      lines: [...released(dispensed), ...allocations.map(dispenseLine), ...leftOver(dispensed)],
      reason,
      occurredAt: encounter.occurredAt,
      audit: auditOf(encounter, dispensed, reason),
      outbox: [
        {
          topic: 'dispensed',
          payload: {
            encounterId: encounter.id,
            locationId: encounter.locationId,
            recordIds: dispensed.map(({ id }) => id),
          },
        },
        ...[...batches.values()].map(stockChanged),
      ],
    },
    (statement) => {
      closeReservations(
        statement,
        'FULFILLED',
        dispensed.flatMap(({ draw: { reservation } }) => reservation ?? []),
      );
      addRecords(statement, tx, encounter, dispensed, reason);
      addAllocations(statement, allocations);
      addEvents(
        statement,
        tx,
        encounter,
        dispensed.map(({ id, event }) => ({ recordId: id, event })),
      );
    },
  );
  return dispensed.map((one) => recordOf(tx, encounter, one, recordedAt, reason));
}

/** As it was written, so that whoever asked need not read it again. */
function recordOf(
  tx: Tx,
  encounter: Encounter,
  one: Dispensed,
  recordedAt: Date,
  reason: string | null,
): DispenseRecord {
  const at = encounter.occurredAt ?? recordedAt;
  return {
    id: one.id,
    encounterId: encounter.id,
    locationId: encounter.locationId,
    productId: one.line.productId,
    patientId: encounter.patientId,
    providerId: encounter.providerId,
    performedById: tx.actor.id,
    quantity: one.line.quantity,
    unitPrice: one.unitPrice,
    dispensedAt: at,
    recordedAt,
    eventId: one.event.id,
    eventTimestamp: at,
    reverses: null,
    reason,
  };
}

/** The whole of a reservation is given back; what the line takes of it leaves in the next line of the ledger. */
function released(dispensed: readonly Dispensed[]): LedgerLine[] {
  return dispensed.flatMap(({ draw: { reservation } }) => (reservation === null ? [] : [releaseLine(reservation)]));
}

/** What is left of a reservation becomes free, or is held where its batch is held. */
function leftOver(dispensed: readonly Dispensed[]): LedgerLine[] {
  return dispensed.flatMap(({ draw: { reservation, allocations } }) => {
    if (reservation === null) return [];
    return allocations.flatMap(({ batch, quantity }) => {
      const left = exact(reservation.quantity).minus(quantity);
      return left.gt(0) ? settle(batch, left.toString()).lines : [];
    });
  });
}

function dispenseLine({ recordId, transactionId, stockId, quantity }: AllocationRow): LedgerLine {
  return {
    id: transactionId,
    stockId,
    type: 'DISPENSE',
    bucket: 'ON_HAND',
    change: negated(quantity),
    referenceType: 'dispense_record',
    referenceId: recordId,
  };
}

/** What is on hand of each batch before and after each record: a later line of the call goes on from an earlier one. */
function auditOf(encounter: Encounter, dispensed: readonly Dispensed[], reason: string | null): AuditLine[] {
  const onHand = new Map<string, string>();
  return dispensed.map(({ id, line, draw }) => {
    const known = draw.allocations.map(({ batch }) => [batch.id, onHand.get(batch.id) ?? batch.onHand] as const);
    const before = Object.fromEntries(known.map(([stockId, units]) => [stockId, exact(units).toString()]));
    for (const { batch, quantity } of draw.allocations) {
      onHand.set(
        batch.id,
        exact(before[batch.id] ?? '0')
          .minus(quantity)
          .toString(),
      );
    }
    return {
      entity: 'dispense_record',
      entityId: id,
      action: 'dispense',
      locationId: encounter.locationId,
      before: { onHand: before },
      after: {
        onHand: Object.fromEntries(known.map(([stockId]) => [stockId, onHand.get(stockId)])),
        encounterId: encounter.id,
        productId: line.productId,
        quantity: line.quantity,
        fefoOverridden: draw.fefoOverridden,
        reservationId: draw.reservation?.id ?? null,
        allocations: draw.allocations.map(({ batch: { id: stockId, lotId }, quantity }) => ({
          stockId,
          lotId,
          quantity,
        })),
      },
      reason,
    };
  });
}

function addRecords(
  statement: Statement,
  tx: Tx,
  encounter: Encounter,
  dispensed: readonly Dispensed[],
  reason: string | null,
): void {
  const list = (type: string, pick: (one: Dispensed) => unknown) => statement.value(dispensed.map(pick), `${type}[]`);
  addToldAt(statement, encounter);
  statement.with(
    'record',
    `INSERT INTO inventory.dispense_record (id, encounter_id, location_id, product_id, patient_id, provider_id, performed_by, quantity,
       unit_price, dispensed_at, recorded_at, event_id, event_timestamp, reason)
     SELECT r.id, ${statement.value(encounter.id, 'uuid')}, ${statement.value(encounter.locationId, 'uuid')}, r.product_id,
       ${statement.value(encounter.patientId, 'uuid')}, ${statement.value(encounter.providerId, 'uuid')}, ${statement.value(tx.actor.id, 'uuid')},
       r.quantity, r.unit_price, told_at.at, clock.at, r.event_id, told_at.at, ${statement.value(reason, 'text')}
     FROM told_at, clock, unnest(${list('uuid', (d) => d.id)}, ${list('uuid', (d) => d.line.productId)}, ${list('numeric', (d) => d.line.quantity)},
       ${list('numeric', (d) => d.unitPrice)}, ${list('uuid', (d) => d.event.id)}) AS r(id, product_id, quantity, unit_price, event_id)`,
  );
}

function addAllocations(statement: Statement, allocations: readonly AllocationRow[]): void {
  const list = (type: string, pick: (row: AllocationRow) => unknown) =>
    statement.value(allocations.map(pick), `${type}[]`);
  statement.with(
    'allocation',
    `INSERT INTO inventory.dispense_allocation (dispense_record_id, transaction_id, transaction_recorded_at, stock_id, lot_id, quantity, unit_cost)
     SELECT a.record_id, l.id, l.recorded_at, l.stock_id, l.lot_id, -l.quantity_change, l.unit_cost
     FROM unnest(${list('uuid', (a) => a.recordId)}, ${list('uuid', (a) => a.transactionId)}) AS a(record_id, transaction_id)
     JOIN ledger l ON l.id = a.transaction_id`,
  );
}
