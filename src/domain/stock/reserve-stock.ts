/**
 * Holds units for somebody until a time: of one batch, or of a product first expiry first out, over several batches where
 * need be. They stay on hand. Lots that expire before the reserved day are passed over.
 * Refuses: BAD_USER_INPUT, INVALID_QUANTITY, IDEMPOTENCY_CONFLICT, NOT_FOUND, LOT_RECALLED, LOT_QUARANTINED, LOT_EXPIRED,
 * INSUFFICIENT_INVENTORY. Locks: key, stock (all LIVE rows of the product there, by id).
 */
import { v7 as uuid } from 'uuid';
import type { Tx } from '../../db/in-transaction.ts';
import type { Statement } from '../../db/statement.ts';
import { notFound } from '../../actor.ts';
import { Refusal } from '../../refusal.ts';
import type { AuditLine } from '../audit.ts';
import { checkKey, claim, gate, type Claim, type Claimed, type Lock, type Result } from '../claim.ts';
import { exact, requirePositive } from '../decimal.ts';
import { optionalText } from '../text.ts';
import { optionalUuid } from '../uuid.ts';
import { requireAvailable } from './decrease-stock.ts';
import { planFefo } from './fefo.ts';
import { unknownHere } from './known-here.ts';
import { lockedStockColumns, lockedStockJoins, type LockedStock } from './lock-stock.ts';
import { post } from './post.ts';
import { reference, type Reference } from './reference.ts';
import { stockChanged } from './stock-audit.ts';
import { requireUsable } from './usable.ts';

export interface ReserveStock {
  readonly idempotencyKey: string;
  readonly stockId?: string | null;
  readonly productId?: string | null;
  readonly locationId?: string | null;
  readonly quantity: string;
  readonly reservedUntil: Date;
  readonly reason?: string | null;
  readonly referenceType?: string | null;
  readonly referenceId?: string | null;
}

type Target = { readonly stockId: string } | { readonly productId: string; readonly locationId: string };

interface Reservable extends LockedStock {
  /** The day at the location on which the reservation ends. */
  readonly reservedDay: string;
}

interface NewReservation {
  readonly id: string;
  readonly stock: Reservable;
  readonly quantity: string;
}

const longestMs = 30 * 24 * 60 * 60 * 1_000;

export async function reserveStock(tx: Tx, input: ReserveStock): Promise<Result> {
  checkKey(input.idempotencyKey);
  const target = targetOf(input);
  const referred = reference(input);
  const reason = optionalText(input.reason, 'reason', 1_000);
  requirePositive(input.quantity, 'quantity');
  const said: Claim = { mutation: 'reserveStock', key: input.idempotencyKey, input };
  const claimed = await lockTarget(tx, said, input, target);
  if (claimed.replay !== null) return claimed.replay;
  const [first] = claimed.rows;
  if (first === undefined) throw await nothingToReserve(tx, input, target);
  checkReservedUntil(input.reservedUntil, first.now);

  const reservations =
    'stockId' in target ? [ofBatch(first, input)] : ofProduct(claimed.rows, target.productId, input.quantity);
  return write(tx, said, input, { reason, ...referred }, reservations);
}

function targetOf({ stockId, productId, locationId }: ReserveStock): Target {
  const target = {
    stockId: optionalUuid(stockId, 'stockId'),
    productId: optionalUuid(productId, 'productId'),
    locationId: optionalUuid(locationId, 'locationId'),
  };
  if (target.stockId !== null && target.productId === null && target.locationId === null) {
    return { stockId: target.stockId };
  }
  if (target.stockId === null && target.productId !== null && target.locationId !== null) {
    return { productId: target.productId, locationId: target.locationId };
  }
  throw new Refusal('BAD_USER_INPUT', 'Name either stockId, or productId and locationId.', { field: 'stockId' });
}

async function lockTarget(
  tx: Tx,
  said: Claim,
  { reservedUntil }: ReserveStock,
  target: Target,
): Promise<Claimed<Reservable>> {
  const { isSystem, locationIds } = tx.actor;
  const lock: Omit<Lock, 'locked' | 'values'> = {
    columns: `${lockedStockColumns}, ($11::timestamptz AT TIME ZONE o.time_zone)::date AS "reservedDay"`,
    joins: lockedStockJoins,
  };
  if ('stockId' in target) {
    return claim(tx, said, {
      ...lock,
      locked: `SELECT s.* FROM inventory.stock s WHERE ${gate} AND s.id = $8 AND ($9::boolean OR s.location_id = ANY($10::uuid[])) FOR UPDATE`,
      values: [target.stockId, isSystem, locationIds, reservedUntil],
    });
  }
  return claim(tx, said, {
    ...lock,
    locked: `SELECT s.* FROM inventory.stock s WHERE ${gate} AND s.product_id = $8 AND s.location_id = $12 AND s.status = 'LIVE'
      AND ($9::boolean OR $12 = ANY($10::uuid[])) ORDER BY s.id FOR UPDATE`,
    values: [target.productId, isSystem, locationIds, reservedUntil, target.locationId],
  });
}

async function nothingToReserve(tx: Tx, input: ReserveStock, target: Target): Promise<Refusal> {
  if ('stockId' in target) return notFound('stock', target.stockId);
  const unknown = await unknownHere(tx, target.locationId, [target.productId]);
  return unknown ?? shortage(target.productId, '0', input.quantity);
}

function checkReservedUntil(reservedUntil: Date, now: Date): void {
  const ahead = reservedUntil.getTime() - now.getTime();
  if (ahead > 0 && ahead <= longestMs) return;
  throw new Refusal('BAD_USER_INPUT', 'reservedUntil must lie in the future, at most 30 days ahead.', {
    field: 'reservedUntil',
    reservedUntil: reservedUntil.toISOString(),
    now: now.toISOString(),
  });
}

function ofBatch(stock: Reservable, { quantity }: ReserveStock): NewReservation {
  requireUsable(stock);
  if (stock.lotExpiresOn !== null && stock.lotExpiresOn < stock.reservedDay) {
    throw new Refusal('LOT_EXPIRED', 'This lot expires before the reserved day. Take another one, or an earlier day.', {
      lotId: stock.lotId,
      expiresOn: stock.lotExpiresOn,
      reservedDay: stock.reservedDay,
    });
  }
  requireAvailable(stock, quantity);
  return { id: uuid(), stock, quantity };
}

function ofProduct(stocks: readonly Reservable[], productId: string, quantity: string): NewReservation[] {
  // Judged as of the reserved day: what has expired by then is of no use to whom it is kept for.
  const plan = planFefo(
    stocks.map((stock) => ({ ...stock, today: stock.reservedDay })),
    quantity,
  );
  if (plan.shortBy !== '0') {
    const skipped = plan.skipped.map(({ batch, reason }) => ({ stockId: batch.id, reason }));
    throw shortage(productId, exact(quantity).minus(plan.shortBy).toString(), quantity, { skipped });
  }
  return plan.allocations.map(({ batch, quantity: part }) => ({ id: uuid(), stock: batch, quantity: part }));
}

function shortage(productId: string, available: string, requested: string, more: object = {}): Refusal {
  return new Refusal('INSUFFICIENT_INVENTORY', `Only ${available} may be reserved, ${requested} were asked for.`, {
    productId,
    available,
    requested,
    ...more,
  });
}

async function write(
  tx: Tx,
  said: Claim,
  { reservedUntil }: ReserveStock,
  words: Reference & { readonly reason: string | null },
  reservations: readonly NewReservation[],
): Promise<Result> {
  const { result } = await post(
    tx,
    {
      lines: reservations.map(({ id, stock, quantity }) => ({
        stockId: stock.id,
        type: 'RESERVE',
        bucket: 'RESERVED',
        change: quantity,
        referenceType: 'stock_reservation',
        referenceId: id,
      })),
      reason: words.reason,
      audit: reservations.map((reservation): AuditLine => ({
        entity: 'stock_reservation',
        entityId: reservation.id,
        action: 'reserveStock',
        locationId: reservation.stock.locationId,
        after: { stockId: reservation.stock.id, quantity: reservation.quantity, reservedUntil, status: 'ACTIVE' },
        reason: words.reason,
      })),
      outbox: reservations.map(({ stock }) => stockChanged(stock)),
      result: { said, result: { reservation: reservations.map(({ id }) => id) } },
    },
    (statement) => {
      addReservations(statement, tx, { ...words, reservedUntil, transferId: null }, reservations);
    },
  );
  return result;
}

export interface ReservationTerms {
  readonly reservedUntil: Date;
  readonly reason: string | null;
  readonly referenceType: string | null;
  readonly referenceId: string | null;
  readonly transferId: string | null;
}

interface Reserved {
  readonly id: string;
  readonly stock: Pick<LockedStock, 'id'>;
  readonly quantity: string;
}

/** Rides in a posting. */
export function addReservations(
  statement: Statement,
  tx: Tx,
  terms: ReservationTerms,
  reservations: readonly Reserved[],
): void {
  const list = (type: string, pick: (one: Reserved) => unknown) => statement.value(reservations.map(pick), `${type}[]`);
  statement.with(
    'reservation',
    `INSERT INTO inventory.stock_reservation (id, stock_id, quantity, reserved_until, reason, reserved_by, reference_type, reference_id, transfer_id)
     SELECT r.id, r.stock_id, r.quantity, ${statement.value(terms.reservedUntil, 'timestamptz')}, ${statement.value(terms.reason, 'text')},
       ${statement.value(tx.actor.id, 'uuid')}, ${statement.value(terms.referenceType, 'text')}, ${statement.value(terms.referenceId, 'text')},
       ${statement.value(terms.transferId, 'uuid')}
     FROM unnest(${list('uuid', (r) => r.id)}, ${list('uuid', (r) => r.stock.id)}, ${list('numeric', (r) => r.quantity)}) AS r(id, stock_id, quantity)`,
  );
}
