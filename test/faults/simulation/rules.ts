/**
 * How units stand and move, after the rules of quantities, states and causes; written for the model alone, with nothing
 * of the product's code. Each changes the model and notes the ledger lines that must have been written.
 */
import type { StockBucket, StockStatus, TransactionType } from '../../../src/schema/enums.ts';
import { known, lotOf, type Batch, type Line, type Lot, type Model, type Reservation } from './model.ts';
import { least, total } from './units.ts';

export type Verdict =
  | 'done'
  | 'FORBIDDEN'
  | 'BAD_USER_INPUT'
  | 'INVALID_QUANTITY'
  | 'NEGATIVE_QUANTITY'
  | 'NOT_FOUND'
  | 'INVALID_STATUS_TRANSITION'
  | 'VERSION_CONFLICT'
  | 'LOT_RECALLED'
  | 'LOT_QUARANTINED'
  | 'LOT_EXPIRED'
  | 'LOT_EXPIRY_MISMATCH'
  | 'INSUFFICIENT_INVENTORY'
  | 'BELOW_RESERVED'
  | 'RESERVATION_NOT_ACTIVE'
  | 'VIAL_NOT_OPEN'
  | 'VIAL_EXPIRED'
  | 'VIAL_OVERDRAWN'
  | 'AUTHORISER_REQUIRED'
  | 'WITNESS_REQUIRED'
  | 'SEPARATION_OF_DUTIES'
  | 'TRANSFER_UNBALANCED'
  | 'COUNT_INCOMPLETE'
  | 'RECOUNT_REQUIRED'
  | 'ALREADY_REVIEWED'
  | 'ALREADY_REVERSED'
  | 'DUPLICATE';

export function freeOf({ buckets }: Batch): bigint {
  return buckets.ON_HAND - buckets.RESERVED - buckets.QUARANTINE - buckets.HOLD;
}

/** Free, and of a batch that gives. */
export const givableOf = (batch: Batch): bigint => (batch.status === 'LIVE' ? freeOf(batch) : 0n);

export function touch(model: Model, thing: { readonly id: string }): void {
  model.touched.add(thing.id);
}

/** A line of 0 is none. */
export function move(
  model: Model,
  batch: Batch,
  type: TransactionType,
  bucket: StockBucket,
  change: bigint,
): Line | null {
  touch(model, batch);
  if (change === 0n) return null;
  batch.buckets[bucket] += change;
  batch.seq += 1;
  const line = { batchId: batch.id, seq: batch.seq, type, bucket, change };
  model.lines.push(line);
  return line;
}

/** At the end of each verb: what follows by itself from how much there is. */
export function settleTouched(model: Model): void {
  for (const id of model.touched) {
    const batch = model.batches.get(id);
    if (batch === undefined) continue;
    if (batch.status === 'LIVE' && batch.buckets.ON_HAND === 0n) batch.status = 'SOLD_OUT';
    else if (batch.status === 'SOLD_OUT' && batch.buckets.ON_HAND > 0n) batch.status = 'LIVE';
    for (const [cause, quantity] of batch.causes) {
      const left = least(quantity, batch.buckets.QUARANTINE);
      if (left === 0n) batch.causes.delete(cause);
      else batch.causes.set(cause, left);
    }
  }
}

export function whyUnusable(lot: Lot): 'LOT_RECALLED' | 'LOT_QUARANTINED' | 'LOT_EXPIRED' | null {
  if (lot.isRecalled) return 'LOT_RECALLED';
  if (lot.isQuarantined) return 'LOT_QUARANTINED';
  return lot.isOver ? 'LOT_EXPIRED' : null;
}

export const byHand = (batch: Batch): string => `MANUAL ${batch.id}`;

export function lotCauses(lot: Lot): string[] {
  return [
    ...(lot.isRecalled ? [`RECALL ${lot.id}`] : []),
    ...(lot.isQuarantined ? [`MANUAL ${lot.id}`] : []),
    ...(lot.isOver ? [`EXPIRY ${lot.id}`] : []),
  ];
}

export const excursionCauses = ({ excursionId }: Batch): string[] =>
  excursionId === null ? [] : [`EXCURSION ${excursionId}`];

export function addToCause(batch: Batch, cause: string, quantity: bigint): void {
  batch.causes.set(cause, (batch.causes.get(cause) ?? 0n) + quantity);
}

function raiseCause(batch: Batch, cause: string, quantity: bigint): void {
  const before = batch.causes.get(cause) ?? 0n;
  batch.causes.set(cause, before > quantity ? before : quantity);
}

/** Units that came in, or became free, find their bucket. */
export function settle(model: Model, batch: Batch, quantity: bigint, more: readonly string[] = []): void {
  if (quantity === 0n) return;
  const ofLot = lotCauses(lotOf(model, batch));
  const ofBatch = batch.status === 'QUARANTINED' ? [byHand(batch)] : [];
  const causes = [...(ofLot.length > 0 ? ofLot : ofBatch), ...excursionCauses(batch), ...more];
  if (causes.length > 0) {
    move(model, batch, 'QUARANTINE', 'QUARANTINE', quantity);
    for (const cause of causes) addToCause(batch, cause, quantity);
  } else if (batch.status === 'ON_HOLD' || batch.status === 'AWAITING_INTAKE') {
    move(model, batch, 'HOLD', 'HOLD', quantity);
  }
}

/** Newest first. */
export function activeOf(model: Model, batch: Batch): Reservation[] {
  return [...model.reservations.values()]
    .filter(({ batchId, status }) => batchId === batch.id && status === 'ACTIVE')
    .sort((a, b) => b.order - a.order);
}

/** The units are nobody's until the caller says whose. */
export function endReservation(
  model: Model,
  reservation: Reservation,
  status: 'FULFILLED' | 'RELEASED' | 'EXPIRED',
): void {
  reservation.status = status;
  touch(model, reservation);
  move(model, known(model.batches, reservation.batchId), 'RELEASE', 'RESERVED', -reservation.quantity);
}

/** Everything of the batch stands in quarantine for this cause from now on, whatever else holds it. */
export function quarantineAll(model: Model, batch: Batch, cause: string): void {
  touch(model, batch);
  const { buckets } = batch;
  if (buckets.ON_HAND === 0n) return;
  for (const reservation of activeOf(model, batch)) endReservation(model, reservation, 'RELEASED');
  move(model, batch, 'UNHOLD', 'HOLD', -buckets.HOLD);
  move(model, batch, 'QUARANTINE', 'QUARANTINE', buckets.ON_HAND - buckets.QUARANTINE);
  raiseCause(batch, cause, buckets.ON_HAND);
}

/** Frees what nothing else holds; `to` is the status that a person brings the batch to. */
export function endCause(model: Model, batch: Batch, cause: string, to?: StockStatus): void {
  touch(model, batch);
  const { buckets } = batch;
  const manual = byHand(batch);
  const isKeptByHand = batch.status === 'QUARANTINED' && cause !== manual && batch.causes.has(manual);
  batch.causes.delete(cause);
  const keepers = [...lotCauses(lotOf(model, batch)), ...(isKeptByHand ? [manual] : [])];
  if (buckets.QUARANTINE === 0n || keepers.length > 0) {
    if (buckets.QUARANTINE > 0n) for (const keeper of keepers) raiseCause(batch, keeper, buckets.QUARANTINE);
    if (to !== undefined) batch.status = to;
    return;
  }
  const freed = buckets.QUARANTINE - least(buckets.QUARANTINE, total(batch.causes.values()));
  move(model, batch, 'UNQUARANTINE', 'QUARANTINE', -freed);
  const status = to ?? (batch.status === 'QUARANTINED' && freed > 0n ? 'LIVE' : batch.status);
  if (status === 'ON_HOLD' || status === 'AWAITING_INTAKE') move(model, batch, 'HOLD', 'HOLD', freed);
  batch.status = status;
}

export interface Part {
  readonly batch: Batch;
  readonly quantity: bigint;
}

/** First expiry first out; null where there is too little. `fits` leaves out more than those that give nothing. */
export function planFefo(
  model: Model,
  batches: readonly Batch[],
  quantity: bigint,
  taken: ReadonlyMap<string, bigint> = new Map(),
): Part[] | null {
  const parts: Part[] = [];
  let wanted = quantity;
  for (const batch of [...batches].sort((a, b) => inOrder(model, a, b))) {
    if (whyUnusable(lotOf(model, batch)) !== null) continue;
    const take = least(wanted, givableOf(batch) - (taken.get(batch.id) ?? 0n));
    if (take <= 0n) continue;
    parts.push({ batch, quantity: take });
    wanted -= take;
  }
  return wanted > 0n ? null : parts;
}

function inOrder(model: Model, a: Batch, b: Batch): number {
  const [first, second] = [a, b].map((batch) => lotOf(model, batch).expiresOn ?? '9999-99-99');
  if (first !== second) return (first ?? '') < (second ?? '') ? -1 : 1;
  return a.receivedAt - b.receivedAt || (a.id < b.id ? -1 : 1);
}

export function batchesAt(model: Model, placeId: string, productId: string): Batch[] {
  return [...model.batches.values()].filter(
    (batch) => batch.placeId === placeId && batch.productId === productId && batch.status === 'LIVE',
  );
}
