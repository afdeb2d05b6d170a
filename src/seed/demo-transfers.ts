/** Transfers in every state: received with a vial broken, on its way, approved, asked for, and one that was not agreed to. */
import { v7 as uuid } from 'uuid';
import { approveTransfer } from '../domain/transfers/approve-transfer.ts';
import { receiveTransfer } from '../domain/transfers/receive-transfer.ts';
import { rejectTransfer } from '../domain/transfers/reject-transfer.ts';
import { requestTransfer } from '../domain/transfers/request-transfer.ts';
import { shipTransfer } from '../domain/transfers/ship-transfer.ts';
import type { DemoDay } from './demo-day.ts';

interface Way {
  readonly from: string;
  readonly to: string;
  readonly product: string;
  readonly quantity: string;
  readonly reason: string;
}

export async function playTransfers(day: DemoDay): Promise<void> {
  const botox = { from: 'CENTRAL', product: 'Botox Cosmetic 100 U', quantity: '5' };
  await received(day, await shipped(day, { ...botox, to: 'HARBOUR', reason: 'Running low before the weekend.' }));
  const fluzone = { from: 'CENTRAL', product: 'Fluzone multi-dose', quantity: '4' };
  await shipped(day, { ...fluzone, to: 'LAKESIDE', reason: 'For the flu day.' });
  await approved(day, { ...botox, to: 'SUNSET', quantity: '3', reason: 'Weekly supply.' });
  await requested(day, { ...fluzone, to: 'MAINSTREET', reason: 'A school has asked for appointments.' });
  const transferId = await requested(day, {
    ...botox,
    from: 'HARBOUR',
    to: 'SUNSET',
    reason: 'Have you some to spare?',
  });
  const reason = 'We need them ourselves; ask the warehouse.';
  await day.as('MANAGER', (tx) => rejectTransfer(tx, { idempotencyKey: uuid(), transferId, reason }));
}

async function requested(day: DemoDay, { from, to, product, quantity, reason }: Way): Promise<string> {
  const input = {
    fromLocationId: await day.location(from),
    toLocationId: await day.location(to),
    lines: [{ productId: await day.product(product), quantity }],
    reason,
  };
  const { transfer } = await day.as('TECHNICIAN', (tx) => requestTransfer(tx, { idempotencyKey: uuid(), ...input }));
  const [id] = transfer ?? [];
  if (id === undefined) throw new Error(`Nothing of ${product} was asked for at ${from}`);
  return id;
}

async function approved(day: DemoDay, way: Way): Promise<string> {
  const transferId = await requested(day, way);
  await day.as('MANAGER', (tx) => approveTransfer(tx, { idempotencyKey: uuid(), transferId }));
  return transferId;
}

async function shipped(day: DemoDay, way: Way): Promise<string> {
  const transferId = await approved(day, way);
  await day.as('TECHNICIAN', (tx) => shipTransfer(tx, { idempotencyKey: uuid(), transferId }));
  return transferId;
}

/** One unit of the first line is broken. */
async function received(day: DemoDay, transferId: string): Promise<void> {
  const shippedLines = await day.db.query<{ lineId: string; received: string; damaged: string }[]>(
    `SELECT id AS "lineId", trim_scale(shipped_quantity::numeric - (position = 1)::integer)::text AS received,
       (position = 1)::integer::text AS damaged
     FROM inventory.inventory_transfer_line WHERE transfer_id = $1 ORDER BY position`,
    [transferId],
  );
  const lines = shippedLines.map((line) => ({ ...line, note: line.damaged === '1' ? 'One vial was broken.' : null }));
  await day.as('TECHNICIAN', (tx) => receiveTransfer(tx, { idempotencyKey: uuid(), transferId, lines }));
}
