/** Writes a receipt, whole, in one statement: ledger and stock, waste, the transfer and its lines, audit, outbox. */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import type { Statement } from '../../db/statement.ts';
import type { WasteReason } from '../../schema/enums.ts';
import { exact, isPositive, negated, rounded, sum } from '../decimal.ts';
import { temperaturesRecorded } from '../cold-chain/record-temperatures.ts';
import type { OutboxLine } from '../outbox.ts';
import type { Witness } from '../people/witness.ts';
import { post, type LedgerLine, type StatusMove } from '../stock/post.ts';
import { settle, type Settled } from '../stock/settle.ts';
import { stockChanged } from '../stock/stock-audit.ts';
import { whyUnusable } from '../stock/usable.ts';
import { addWaste, type NewWaste } from '../waste/add-waste.ts';
import { wasteRecorded } from '../vials/waste-doses.ts';
import type { Home, ShippedLine } from './destination.ts';
import type { LockedTransfer } from './lock-transfer.ts';
import type { Receipt } from './receipt.ts';
import { addTransferMove, transferAudit, transferChanged } from './write-transfer.ts';

export interface Arrival extends Receipt, ShippedLine {
  readonly home: Home;
}

export interface WholeReceipt {
  readonly transfer: LockedTransfer;
  readonly arrivals: readonly Arrival[];
  readonly hasDiscrepancy: boolean;
  readonly witness: Witness | null;
}

interface Entered extends Arrival {
  readonly settled: Settled;
  readonly wastes: readonly NewWaste[];
}

export async function writeReceipt(tx: Tx, receipt: WholeReceipt): Promise<void> {
  const { transfer, arrivals, hasDiscrepancy, witness } = receipt;
  const entered = arrivals.map((arrival): Entered => ({
    ...arrival,
    settled: settledAt(arrival),
    wastes: [
      ...wasteOf(arrival, 'DAMAGED', arrival.damaged, witness),
      ...wasteOf(arrival, 'LOST_OR_STOLEN', arrival.lost, witness),
    ],
  }));
  const wastes = entered.flatMap((one) => one.wastes);
  await post(
    tx,
    {
      lines: entered.flatMap((one) => linesOf(transfer.id, one)),
      status: entered.flatMap(firstStatus),
      causes: { fresh: entered.flatMap(({ settled }) => settled.causes) },
      reason: `transfer ${transfer.code}`,
      audit: [
        transferAudit('receiveTransfer', transfer, 'RECEIVED', {
          ...{ locationId: transfer.toLocationId, reason: null },
          after: { hasDiscrepancy, witnessedBy: witness?.id ?? null, received: entered.map(toldOf) },
        }),
      ],
      outbox: [
        transferChanged(transfer),
        ...entered.map(({ home }) => stockChanged(home)),
        ...entered.flatMap(toldUnusable),
        ...entered.flatMap(toldWarm),
        ...wastes.map(({ id }) => wasteRecorded(id, transfer.toLocationId)),
      ],
    },
    (statement) => {
      addWaste(statement, tx, wastes);
      addReceipts(statement, arrivals);
      addTransferMove(statement, tx, transfer, 'RECEIVED', { hasDiscrepancy });
    },
  );
}

/** A row that is made by its receipt begins its life with it. */
function settledAt({ home, received }: Arrival): Settled {
  if (!isPositive(received)) return { lines: [], causes: [] };
  return settle(home.isNew ? { ...home, status: 'LIVE' } : home, received);
}

/** All of what was shipped comes in, and what is damaged or lost goes out again, in one step: nothing is free in between. */
function linesOf(transferId: string, { home, shipped, settled, wastes }: Entered): LedgerLine[] {
  const line = { stockId: home.id, bucket: 'ON_HAND' } as const;
  return [
    { ...line, type: 'TRANSFER_IN', change: shipped, referenceType: 'inventory_transfer', referenceId: transferId },
    ...wastes.map(({ id, quantity }): LedgerLine => ({
      ...{ ...line, type: 'WASTE', change: negated(quantity), referenceType: 'waste_record', referenceId: id },
    })),
    ...settled.lines,
  ];
}

function firstStatus({ home, settled }: Entered): StatusMove[] {
  if (!home.isNew) return [];
  return [{ stockId: home.id, to: settled.causes.length > 0 ? 'QUARANTINED' : 'LIVE' }];
}

function wasteOf({ home, note }: Arrival, reason: WasteReason, quantity: string, witness: Witness | null): NewWaste[] {
  if (!isPositive(quantity)) return [];
  const cost = home.unitCost === null ? null : rounded(exact(home.unitCost).times(quantity));
  const waste = { stockId: home.id, sessionId: null, unit: home.stockUnit, occurredAt: null };
  return [{ ...waste, id: uuid(), quantity, reason, note, cost, witness: home.deaSchedule === null ? null : witness }];
}

function toldOf({ home, received, damaged, lost, wastes }: Entered): object {
  return {
    ...{ stockId: home.id, lotId: home.lotId, received, damaged, lost, wasteIds: wastes.map(({ id }) => id) },
    onHand: sum([home.onHand, received]),
  };
}

/** The alert of a lot that came in unusable is the same as at an intake. */
function toldUnusable({ home, settled }: Entered): OutboxLine[] {
  const unusable = whyUnusable(home);
  if (unusable === null || settled.causes.length === 0) return [];
  const { id, productId, locationId, lotId } = home;
  return [{ topic: 'intake.unusable', payload: { stockId: id, productId, locationId, lotId, unusable } }];
}

/** What was told of the source meanwhile is found out for what has arrived, too. */
function toldWarm({ stoodIn, stoodUntil }: Entered): OutboxLine[] {
  if (stoodIn === null || stoodUntil === null) return [];
  return [temperaturesRecorded({ storageUnitId: stoodIn, from: stoodUntil, to: stoodUntil })];
}

function addReceipts(statement: Statement, arrivals: readonly Arrival[]): void {
  const list = (type: string, pick: (one: Arrival) => unknown) => statement.value(arrivals.map(pick), `${type}[]`);
  statement.with(
    'receipt',
    `UPDATE inventory.inventory_transfer_line line SET received_quantity = r.received, damaged_quantity = r.damaged, lost_quantity = r.lost,
       destination_stock_id = r.stock_id, note = r.note
     FROM unnest(${list('uuid', (a) => a.lineId)}, ${list('uuid', (a) => a.home.id)}, ${list('numeric', (a) => a.received)},
       ${list('numeric', (a) => a.damaged)}, ${list('numeric', (a) => a.lost)}, ${list('text', (a) => a.note)})
       AS r(id, stock_id, received, damaged, lost, note) WHERE line.id = r.id`,
  );
}
