/** Reservations under lock: what they hold, whether they still do, and how they end. Locked after their stock row. */
import type { Tx } from '../../db/in-transaction.ts';
import type { Statement } from '../../db/statement.ts';
import { Refusal } from '../../refusal.ts';
import type { ReservationStatus } from '../../schema/enums.ts';
import { negated } from '../decimal.ts';
import type { LedgerLine } from './post.ts';

export interface HeldReservation {
  readonly id: string;
  readonly stockId: string;
  readonly quantity: string;
  readonly status: ReservationStatus;
  /** Its time is over, by the database's clock; the job may not have run yet. */
  readonly isPast: boolean;
  /** Held for a transfer: only its own verbs give the units out or back. */
  readonly transferId: string | null;
}

const columns = `id, stock_id AS "stockId", quantity, status, reserved_until <= clock_timestamp() AS "isPast", transfer_id AS "transferId"`;

export async function lockReservations(tx: Tx, ids: readonly string[]): Promise<HeldReservation[]> {
  if (ids.length === 0) return [];
  return tx.sql<HeldReservation>(
    `WITH r AS MATERIALIZED (SELECT * FROM inventory.stock_reservation WHERE id = ANY($1::uuid[]) ORDER BY id FOR UPDATE)
     SELECT ${columns} FROM r`,
    [ids],
  );
}

/** The ACTIVE ones of locked stock rows, newest first. */
export async function lockReservationsOf(tx: Tx, stockIds: readonly string[]): Promise<HeldReservation[]> {
  if (stockIds.length === 0) return [];
  return tx.sql<HeldReservation>(
    `WITH r AS MATERIALIZED (SELECT * FROM inventory.stock_reservation WHERE stock_id = ANY($1::uuid[]) AND status = 'ACTIVE' ORDER BY id FOR UPDATE)
     SELECT ${columns} FROM r ORDER BY created_at DESC, id DESC`,
    [stockIds],
  );
}

/** All of them, whatever has become of them. */
export async function lockReservationsOfTransfer(tx: Tx, transferId: string): Promise<HeldReservation[]> {
  return tx.sql<HeldReservation>(
    `WITH r AS MATERIALIZED (SELECT * FROM inventory.stock_reservation WHERE transfer_id = $1 ORDER BY id FOR UPDATE)
     SELECT ${columns} FROM r`,
    [transferId],
  );
}

/** Those of locked stock rows whose time is over; those that somebody holds are left for the next run. */
export async function lockPastReservations(
  tx: Tx,
  stockIds: readonly string[],
  most: number,
): Promise<HeldReservation[]> {
  return tx.sql<HeldReservation>(
    `WITH r AS MATERIALIZED (SELECT * FROM inventory.stock_reservation
       WHERE stock_id = ANY($1::uuid[]) AND status = 'ACTIVE' AND reserved_until <= clock_timestamp() AND transfer_id IS NULL ORDER BY id LIMIT $2 FOR UPDATE SKIP LOCKED)
     SELECT ${columns} FROM r`,
    [stockIds, most],
  );
}

export function requireActive(reservation: HeldReservation): void {
  requireNotOfTransfer(reservation);
  if (reservation.status === 'ACTIVE' && !reservation.isPast) return;
  throw notActive(reservation, reservation.status === 'ACTIVE' ? 'EXPIRED' : reservation.status);
}

/** May be given back: its time does not matter. */
export function requireHeld(reservation: HeldReservation): void {
  requireNotOfTransfer(reservation);
  requireHeldByTransfer(reservation);
}

/** For the transfer's own verbs. */
export function requireHeldByTransfer(reservation: HeldReservation): void {
  if (reservation.status !== 'ACTIVE') throw notActive(reservation, reservation.status);
}

function requireNotOfTransfer({ id, transferId }: HeldReservation): void {
  if (transferId === null) return;
  throw new Refusal('FORBIDDEN', 'These units are kept for a transfer: ship it, or cancel it.', {
    reservationId: id,
    transferId,
  });
}

function notActive(reservation: HeldReservation, status: ReservationStatus): Refusal {
  return new Refusal('RESERVATION_NOT_ACTIVE', 'This reservation no longer holds units.', {
    reservationId: reservation.id,
    status,
  });
}

export function releaseLine(reservation: HeldReservation): LedgerLine {
  return {
    stockId: reservation.stockId,
    type: 'RELEASE',
    bucket: 'RESERVED',
    change: negated(reservation.quantity),
    referenceType: 'stock_reservation',
    referenceId: reservation.id,
  };
}

/** Rides in a posting. */
export function closeReservations(
  statement: Statement,
  status: Exclude<ReservationStatus, 'ACTIVE'>,
  reservations: readonly HeldReservation[],
): void {
  if (reservations.length === 0) return;
  const ids = reservations.map(({ id }) => id);
  statement.with(
    'closed_reservation',
    `UPDATE inventory.stock_reservation SET status = ${statement.value(status, 'inventory.reservation_status')}, closed_at = clock_timestamp()
     WHERE id = ANY(${statement.value(ids, 'uuid[]')})`,
  );
}
