/**
 * What each line of a dispense draws from which batch: named batches and reservations first, then first expiry first
 * out over what they leave. Demand is summed per batch, so that two lines never pass on the same units. Pure.
 * Refuses: NOT_FOUND, LOT_RECALLED, LOT_QUARANTINED, LOT_EXPIRED, INSUFFICIENT_INVENTORY, RESERVATION_NOT_ACTIVE.
 */
import { Refusal } from '../../refusal.ts';
import { notFound } from '../../actor.ts';
import { exact, type Exact } from '../decimal.ts';
import { planFefo, type Batch } from '../stock/fefo.ts';
import { requireActive, type HeldReservation } from '../stock/held-reservation.ts';
import { requireUsable } from '../stock/usable.ts';

export interface DrawLine {
  readonly productId: string;
  readonly quantity: string;
  readonly stockId?: string | null;
  readonly reservationId?: string | null;
}

export interface DrawBatch extends Batch {
  readonly productId: string;
  readonly lotId: string;
  readonly batchCode: string;
}

export interface Allocation<B> {
  readonly batch: B;
  readonly quantity: string;
}

export interface Draw<B> {
  readonly allocations: readonly Allocation<B>[];
  readonly reservation: HeldReservation | null;
  /** The batch was named, and FEFO would have begun with another. */
  readonly fefoOverridden: boolean;
}

export function drawLines<B extends DrawBatch>(
  lines: readonly DrawLine[],
  batches: readonly B[],
  reservations: readonly HeldReservation[],
): Draw<B>[] {
  for (const line of lines) requireKnown(line, batches, reservations);
  const taken = new Map<string, Exact>();
  const draws = new Map<DrawLine, Draw<B>>();
  const isNamed = (line: DrawLine) => line.stockId != null || line.reservationId != null;
  for (const line of [...lines.filter(isNamed), ...lines.filter((other) => !isNamed(other))]) {
    const draw = drawLine(line, batches, reservations, taken, draws);
    draws.set(line, draw);
    if (draw.reservation !== null) continue;
    for (const { batch, quantity } of draw.allocations) {
      taken.set(batch.id, exact(quantity).plus(taken.get(batch.id) ?? '0'));
    }
  }
  return lines.flatMap((line) => draws.get(line) ?? []);
}

/** Of all lines, before one is found short. */
function requireKnown(line: DrawLine, batches: readonly DrawBatch[], reservations: readonly HeldReservation[]): void {
  if (line.reservationId != null) reservedBatch(line, batches, reservations);
  else if (line.stockId != null) namedBatch(line, batches);
}

function namedBatch<B extends DrawBatch>(line: DrawLine, batches: readonly B[]): B {
  const batch = batches.find(({ id, productId }) => id === line.stockId && productId === line.productId);
  if (batch === undefined) throw notFound('stock', line.stockId ?? '');
  return batch;
}

function drawLine<B extends DrawBatch>(
  line: DrawLine,
  batches: readonly B[],
  reservations: readonly HeldReservation[],
  taken: ReadonlyMap<string, Exact>,
  draws: ReadonlyMap<DrawLine, Draw<B>>,
): Draw<B> {
  if (line.reservationId != null) {
    const already = [...draws.keys()].some((other) => other.reservationId === line.reservationId);
    return drawReserved(line, batches, already ? [] : reservations);
  }
  const ofProduct = batches.filter((batch) => batch.productId === line.productId);
  if (line.stockId != null) return drawNamed(line, ofProduct, taken);
  const plan = planFefo(ofProduct, line.quantity, taken);
  if (plan.shortBy !== '0') {
    throw shortage(line, exact(line.quantity).minus(plan.shortBy).toString(), {
      skipped: plan.skipped.map(({ batch, reason }) => ({ stockId: batch.id, reason })),
    });
  }
  return { allocations: plan.allocations, reservation: null, fefoOverridden: false };
}

function drawNamed<B extends DrawBatch>(
  line: DrawLine,
  ofProduct: readonly B[],
  taken: ReadonlyMap<string, Exact>,
): Draw<B> {
  const batch = namedBatch(line, ofProduct);
  requireUsable(batch);
  const free = batch.status === 'LIVE' ? exact(batch.available).minus(taken.get(batch.id) ?? '0') : exact('0');
  if (free.lt(line.quantity)) throw shortage(line, free.toString(), { stockId: batch.id, status: batch.status });
  const first = planFefo(ofProduct, line.quantity).allocations[0]?.batch.id;
  return { allocations: [{ batch, quantity: line.quantity }], reservation: null, fefoOverridden: first !== batch.id };
}

function reservedBatch<B extends DrawBatch>(
  line: DrawLine,
  batches: readonly B[],
  reservations: readonly HeldReservation[],
): { readonly batch: B; readonly reservation: HeldReservation } {
  const reservation = reservations.find(({ id }) => id === line.reservationId);
  const batch = batches.find(({ id }) => id === reservation?.stockId);
  if (
    reservation === undefined ||
    batch?.productId !== line.productId ||
    (line.stockId != null && line.stockId !== batch.id)
  ) {
    throw notFound('reservation', line.reservationId ?? '');
  }
  return { batch, reservation };
}

/** Its units, at most; the caller releases what is left of it. */
function drawReserved<B extends DrawBatch>(
  line: DrawLine,
  batches: readonly B[],
  reservations: readonly HeldReservation[],
): Draw<B> {
  const { batch, reservation } = reservedBatch(line, batches, reservations);
  requireUsable(batch);
  if (exact(reservation.quantity).lt(line.quantity)) {
    throw shortage(line, reservation.quantity, { reservationId: reservation.id });
  }
  requireActive(reservation);
  return { allocations: [{ batch, quantity: line.quantity }], reservation, fefoOverridden: false };
}

function shortage(line: DrawLine, available: string, more: Readonly<Record<string, unknown>>): Refusal {
  const amount = exact(available).toString();
  return new Refusal('INSUFFICIENT_INVENTORY', `Only ${amount} may be taken, ${line.quantity} were asked for.`, {
    productId: line.productId,
    available: amount,
    requested: line.quantity,
    ...more,
  });
}
