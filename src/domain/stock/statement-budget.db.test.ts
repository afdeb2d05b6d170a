import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import pg from 'pg';
import { newKey, TestClinic } from '../../../test/clinic.ts';
import type { Actor } from '../../actor.ts';
import type { Tx } from '../../db/in-transaction.ts';
import { adjustStock } from './adjust-stock.ts';
import { changeStockStatus } from './change-stock-status.ts';
import { decreaseStock } from './decrease-stock.ts';
import { fulfilReservation } from './fulfil-reservation.ts';
import { increaseStock } from './increase-stock.ts';
import { listOnPlatform } from './list-on-platform.ts';
import { moveBucket } from './move-bucket.ts';
import { moveStock } from './move-stock.ts';
import { releaseReservation } from './release-reservation.ts';
import { reserveStock } from './reserve-stock.ts';

let clinic: TestClinic;
let actor: Actor;

beforeAll(async () => {
  clinic = await TestClinic.open();
  actor = await clinic.actor(['MANAGER']);
});
afterAll(() => clinic.close());

const key = () => ({ idempotencyKey: newKey() });
const sale = { quantity: '1', referenceType: 'order', referenceId: '1' };
const reservedUntil = new Date(Date.now() + 86_400_000);

async function reservationOf(stockId: string): Promise<string> {
  const { reservation } = await clinic.as(actor, (tx) =>
    reserveStock(tx, { ...key(), stockId, quantity: '1', reservedUntil }),
  );
  return reservation?.[0] ?? '';
}

type Verb = (tx: Tx, stockId: string, reservationId: string) => Promise<unknown>;
const verbs: readonly (readonly [string, number, Verb])[] = [
  ['decreaseStock', 4, (tx, stockId) => decreaseStock(tx, { ...key(), stockId, ...sale })],
  ['increaseStock', 4, (tx, stockId) => increaseStock(tx, { ...key(), stockId, ...sale })],
  ['adjustStock', 4, (tx, stockId) => adjustStock(tx, { ...key(), stockId, newOnHand: '9', reason: 'found' })],
  [
    'moveBucket',
    4,
    (tx, stockId) => moveBucket(tx, { ...key(), stockId, from: 'ON_HAND', to: 'HOLD', quantity: '1', reason: 'x' }),
  ],
  [
    'changeStockStatus',
    5,
    (tx, stockId) => changeStockStatus(tx, { ...key(), stockId, status: 'QUARANTINED', reason: 'x' }),
  ],
  ['reserveStock', 4, (tx, stockId) => reserveStock(tx, { ...key(), stockId, quantity: '1', reservedUntil })],
  ['releaseReservation', 5, (tx, _, reservationId) => releaseReservation(tx, { ...key(), reservationId })],
  ['fulfilReservation', 5, (tx, _, reservationId) => fulfilReservation(tx, { ...key(), reservationId })],
  ['moveStock', 4, (tx, stockId) => moveStock(tx, { stockId, zone: 'A' })],
  ['listOnPlatform', 4, (tx, stockId) => listOnPlatform(tx, { stockId, platform: 'Market' })],
];

it.each(verbs)('%s takes at most %i statements with BEGIN and COMMIT', async (_, most, verb) => {
  const { stockId } = await clinic.stock({ productId: await clinic.product() });
  const reservationId = await reservationOf(stockId);
  const query = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await clinic.as(actor, (tx) => verb(tx, stockId, reservationId));
    expect(query.mock.calls.length).toBeGreaterThan(2);
    expect(query.mock.calls.length).toBeLessThanOrEqual(most);
  } finally {
    query.mockRestore();
  }
});
